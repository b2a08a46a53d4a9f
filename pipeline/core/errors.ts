/** What a code means for the process: `reject` dead-letters one record, `retry` is tried again with back-off, `stop` ends the process. */
export type ErrorAction = 'reject' | 'retry' | 'stop';

/** The catalogue of everything that Millrace throws or rejects by itself: code → what it does and what a reader should do about it. */
export const errorCatalogue = {
  bad_topology: { action: 'stop', help: 'The declaration has mistakes; each is listed by name. Correct them all and start again.' },
  bad_topic: { action: 'stop', help: 'A topic or table is declared with a field that its schema does not have, or of the wrong type.' },
  bad_schema: { action: 'stop', help: 'An Avro schema is not valid, or uses what Millrace does not read; the message names the place.' },
  bad_config: { action: 'stop', help: 'A setting is missing or not accepted; each is listed with the values that are.' },
  bad_partitions: {
    action: 'stop',
    help: 'Topics that are read together need equal partition counts. Create them alike, or repartition one.',
  },
  not_encodable: { action: 'reject', help: 'The value does not fit the schema it is written under; the path in the message does not.' },
  not_decodable: { action: 'reject', help: 'The bytes are truncated or were not written under the schema whose id they carry.' },
  bad_magic: {
    action: 'reject',
    help: "The record does not begin with the wire format's zero byte: its producer does not use a schema registry.",
  },
  unknown_schema_id: {
    action: 'reject',
    help: 'The schema registry does not know the id in the record: another registry, or a deleted schema.',
  },
  bad_time: {
    action: 'reject',
    help: "The event time is missing, before the year 2000, or over a minute past the record's Kafka timestamp.",
  },
  bad_number: {
    action: 'reject',
    help: 'A number that is to be aggregated is not finite, or too large for an exact sum. The message names the aggregate and its limit.',
  },
  late: { action: 'reject', help: 'The record belongs to a window that has closed, and the `late` port of the node is not connected.' },
  quarantined: {
    action: 'reject',
    help: 'The record looks like abuse by its submitter, and the `quarantined` port of the node is not connected. The detail says why; redrive it if it is sound.',
  },
  conflicting_duplicate: {
    action: 'reject',
    help: 'A record under this id was seen before with other content and this one is no amendment.',
  },
  too_many_waiting: {
    action: 'reject',
    help: 'More records wait for the other side of a join under one key than it allows: a flood for something that was never seen.',
  },
  original_unknown: {
    action: 'reject',
    help: 'An amendment or a retraction of something that was not accepted while it waited, or that is forgotten. Redrive it once the original is there.',
  },
  user_function_failed: { action: 'reject', help: 'A function of the topology threw. The message has the error; correct it and redrive.' },
  redrive_astray: {
    action: 'reject',
    help: 'A redriven record did not come to the node that had refused it: the topology leads it elsewhere now, or what it was joined with is forgotten.',
  },
  dead_letter_limit: {
    action: 'stop',
    help: 'Too many records were rejected. See the rules in the dead letter, correct the cause, then raise or lift the limit.',
  },
  offset_out_of_range: {
    action: 'stop',
    help: 'Records between the committed offset and the start of the log are gone. Decide whether to skip them.',
  },
  wrong_partition: {
    action: 'stop',
    help: 'A key is not in the partition that murmur2 gives: its producer needs `partitioner=murmur2_random`.',
  },
  state_limit: {
    action: 'stop',
    help: 'The node keeps more state in memory than its limit. Raise the limit or shorten what it remembers.',
  },
  state_mismatch: { action: 'stop', help: 'The state of a node was written by another version of it. Rename the node, migrate, or reset.' },
  state_locked: {
    action: 'stop',
    help: 'Another process uses the state directory. Stop it, or give each process a directory of its own.',
  },
  state_disk_full: {
    action: 'stop',
    help: 'The disk that holds the state takes no more. Give it room and start again: nothing is lost, the rest is read from the changelog.',
  },
  state_broken: {
    action: 'stop',
    help: 'The state on disk cannot be read or written: the disk fails or the file is damaged. Check the disk and start again, or remove the file: it is rebuilt from the changelog.',
  },
  needs_new_group: {
    action: 'stop',
    help: 'A topology reads other topics, or other partitions, than its group has committed. See millrace plan for the ways out.',
  },
  unknown_topic: { action: 'stop', help: 'The topic does not exist, or has no such partition. Create it, or correct the name.' },
  not_authorized: {
    action: 'stop',
    help: 'The cluster refuses the credentials or the access. Check the security settings, and the access rules of the named resource: `millrace acls` prints those that a topology needs.',
  },
  record_too_large: {
    action: 'stop',
    help: "The record is larger than the topic takes. Raise the topic's `max.message.bytes`, or carry less in it.",
  },
  cluster_unavailable: { action: 'retry', help: 'The brokers do not answer. Check the address, the network and the brokers themselves.' },
  transaction_aborted: { action: 'retry', help: 'The transaction could not be committed and was rolled back; its records are read again.' },
  transaction_expired: {
    action: 'retry',
    help: 'A transaction was open for longer than its time-out and the cluster rolled it back; its records are read again.',
  },
  producer_failed: {
    action: 'retry',
    help: 'The Kafka client has given up its producer. A new one finds out what became of the open transaction; if it was rolled back, its records are read again.',
  },
  fenced: { action: 'stop', help: 'Another process runs under the same transactional id. Give each process a slot of its own.' },
  registry_unavailable: { action: 'retry', help: 'The schema registry does not answer. Check its address and credentials.' },
  incompatible_schema: {
    action: 'stop',
    help: 'The registry refuses the schema: it cannot be read together with a version that was released before.',
  },
  table_unavailable: {
    action: 'retry',
    help: 'The database does not answer or is overloaded. Rows wait in their topic and nothing is lost.',
  },
  receiver_unavailable: {
    action: 'retry',
    help: 'The receiver of an HTTP delivery does not answer, is overloaded or refuses the credentials. Records wait in their topic and nothing is lost.',
  },
  bad_table: { action: 'stop', help: 'The table does not have the columns that the declaration needs. Run the migrations.' },
  delivery_refused: {
    action: 'stop',
    help: 'The receiver of a delivery does not accept the rows themselves. The message names their offsets; nothing was skipped.',
  },
  bad_migration: {
    action: 'stop',
    help: 'A migration was changed after it had been applied, or cannot be repeated safely. Add a new one.',
  },
  shutdown_timeout: {
    action: 'stop',
    help: 'The process could not drain within its grace period. What was not committed is read again; nothing is lost.',
  },
  engine_defect: { action: 'stop', help: 'A defect in Millrace itself. Please report it with the message; no record was lost.' },
} as const satisfies Record<string, { readonly action: ErrorAction; readonly help: string }>;

/** A code of the catalogue. */
export type ErrorCode = keyof typeof errorCatalogue;

/**
 * The one error class of Millrace. `code` names an entry of the catalogue, `action` what follows from it.
 *
 * The message says what happened and to which named thing; the catalogue's `help` says what to do.
 */
export class MillraceError extends Error {
  readonly code: ErrorCode;
  readonly action: ErrorAction;

  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'MillraceError';
    this.code = code;
    this.action = errorCatalogue[code].action;
  }

  /** Whether trying the same again later can succeed. */
  get retryable(): boolean {
    return this.action === 'retry';
  }
}

/** What may be said of something thrown, whatever it is. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
