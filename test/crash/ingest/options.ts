import { parseArgs } from 'node:util';

/** What a run of the ingestion API's crash suite does. */
export interface IngestCrashOptions {
  readonly seed: number;
  /** How often a process is ended by `kill -9`. */
  readonly kills: number;
  /** Of the kills, how many come before the second replica does. */
  readonly alone: number;
  readonly clients: number;
  readonly partitions: number;
  /** How many seconds the topology may take for what is in the log. */
  readonly patience: number;
  /** Keeps the logs, the ledger and all topics even if nothing differs. */
  readonly keep: boolean;
  /** Keeps the result as a proof. */
  readonly write: boolean;
  /** A file for the result as JSON. */
  readonly json: string | undefined;
}

/** The help page of the suite. */
export const ingestCrashHelp = `Usage: npm run test:crash -- --suite ingest [options]

Runs the ingestion API on Apache Kafka and Apicurio Registry, all on the loopback address, and ends it with kill -9 under load: first one process,
then two replicas, each of which comes back on its port. Clients send feedback and inferences, singly and in batches, repeat what was not answered
under the same key at whatever replica, repeat some of what was answered, and contradict some of it. Then the feedback topology reads the log, and a
program that shares no code with either (Python) holds topics and answers against each other: every id that was answered 202 is in the log, a repeat
was answered with the same id, and behind the topology each feedback is there exactly once.

  --seed S        what load and kills are drawn from; 1
  --kills N       kill -9 of one process; 100
  --clients N     that send at the same time; 24
  --partitions N  of every topic; 4
  --patience N    how many seconds the topology may take for the log; 600
  --quick         8 kills
  --write         keeps the result as docs/proofs/crash-ingest.json
  --json FILE     writes the result there
  --keep          keeps logs and topics even if nothing differs
  --help

Exit codes: 0 nothing differs; 1 something does, or the run did not come to its end. The folder with logs, ledger and topics is then named.`;

const defaults = { seed: '1', kills: '100', clients: '24', partitions: '4', patience: '600' } as const;
const quickKills = '8';

type NumberName = keyof typeof defaults;

const wholeNumber = (name: NumberName, text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new RangeError(`--${name} takes a whole number, not "${text}"`);
  return Number(text);
};

/** Reads the command line; undefined if the help page is asked for. Throws a RangeError or TypeError that says what is wrong with it. */
export const readIngestCrashOptions = (args: ReadonlyArray<string>): IngestCrashOptions | undefined => {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ seed: text, kills: text, clients: text, partitions: text, patience: text, json: text, suite: text },
      ...{ quick: flag, write: flag, keep: flag, help: flag },
    },
  });
  if (values.help === true) return undefined;
  const numberOf = (name: NumberName): number => wholeNumber(name, values[name] ?? defaults[name]);
  const kills = wholeNumber('kills', values.kills ?? (values.quick === true ? quickKills : defaults.kills));
  return {
    seed: numberOf('seed'),
    kills,
    alone: Math.ceil(kills / 2),
    clients: numberOf('clients'),
    partitions: numberOf('partitions'),
    patience: numberOf('patience'),
    keep: values.keep === true,
    write: values.write === true,
    json: values.json,
  };
};
