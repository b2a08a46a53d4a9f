import type { ClickHouse } from '../../../pipeline/clickhouse/clickhouse.ts';
import { quotedName } from '../../../pipeline/clickhouse/sql.ts';
import { tables } from '../../../topologies/feedback/tables.ts';

/** Where a feedback ended. */
export interface StoredOutcome {
  readonly status: 'attributed' | 'orphaned' | 'retracted';
  /** What it judges. */
  readonly inference_id: string;
  /** Name of the signal. */
  readonly key: string;
  /** The topic that has the record made of it; empty if there is none. */
  readonly topic: string;
  /** That of the inference; left out while that is not known. */
  readonly model_name?: string;
  readonly model_version?: string;
}

/** Where the outcomes of feedback are looked up. */
export interface OutcomeStore {
  /** All that is known of the feedback of a tenant; throws if it does not answer. */
  find(of: { readonly tenant: string; readonly id: string }, signal: AbortSignal): Promise<ReadonlyArray<StoredOutcome>>;
}

/** As many inferences can be told of one id. */
const most = 100;

const query = `SELECT target_id, outcome, topic, key, model_name, model_version FROM ${quotedName(tables.feedbackOutcomes.name)} FINAL
WHERE tenant = {tenant:String} AND feedback_id = {id:String} ORDER BY target_id LIMIT ${most}`;

const statusOf: Readonly<Record<string, StoredOutcome['status']>> = {
  TRAINING: 'attributed',
  REVIEW: 'attributed',
  ORPHANED: 'orphaned',
  RETRACTED: 'retracted',
};

const outcomeOf = (row: Readonly<Record<string, unknown>>): ReadonlyArray<StoredOutcome> => {
  const status = statusOf[String(row.outcome)];
  if (status === undefined) return [];
  const { model_name, model_version } = row;
  return [
    {
      status,
      inference_id: String(row.target_id),
      key: String(row.key),
      topic: String(row.topic),
      ...(typeof model_name === 'string' ? { model_name } : {}),
      ...(typeof model_version === 'string' ? { model_version } : {}),
    },
  ];
};

/** Looks outcomes up in the table that the topology delivers them to. */
export const clickHouseOutcomes = (db: Pick<ClickHouse, 'select'>): OutcomeStore => ({
  find: async ({ tenant, id }, signal) => (await db.select(query, { params: { tenant, id }, signal })).flatMap(outcomeOf),
});
