import { parseArgs } from 'node:util';

/** What a run of the crash suite does; times in seconds. */
export interface CrashOptions {
  readonly seed: number;
  /** How many inferences are sent, and as many feedback messages. */
  readonly records: number;
  readonly partitions: number;
  readonly processes: number;
  /** How long the load and the faults last. */
  readonly seconds: number;
  readonly kills: number;
  readonly bounces: number;
  readonly scalings: number;
  readonly clickhouseKills: number;
  /** How long what was sent may take to be processed when the faults are over. */
  readonly patience: number;
  /** Keeps the logs and all topics even if nothing differs. */
  readonly keep: boolean;
  /** The tree of sources whose `millrace` is run; the project's own if left out. */
  readonly sources: string | undefined;
  /** A file for the result as JSON. */
  readonly json: string | undefined;
}

/** The help page of the suite. */
export const crashHelp = `Usage: npm run test:crash -- [options]

Runs the feedback topology as processes on Apache Kafka, Apicurio Registry and ClickHouse (chDB behind its HTTP interface), all on the loopback
address, and breaks them under load: kill -9 of processes, of the broker and of ClickHouse, and processes that come and go. Then a program that
shares no code with the topology (Python) recomputes every result from the log, and every record and row must equal its own.

  --suite NAME          pipeline, which is this one, or ingest, that of the ingestion API: --suite ingest --help
  --seed S              what the load and the order of the faults are drawn from; 1
  --records N           inferences, and as many feedback messages; 200000
  --partitions N        of every topic; 8
  --processes N         at the beginning; 3
  --kills N             kill -9 of one process, which comes back within three seconds; 50
  --bounces N           restarts of the broker, every other one after kill -9; 5
  --scalings N          a process that comes for good, or goes with SIGTERM; 3
  --clickhouse-kills N  kill -9 of ClickHouse, which is then away for up to ten seconds; 5
  --seconds N           how long load and faults last; left out, what the faults need to be apart
  --patience N          how many seconds the rest may take to be processed; 900
  --sources FOLDER      another tree of the project's sources to run, with or without its node_modules
  --json FILE           writes the result there
  --keep                keeps logs and topics even if nothing differs
  --help

Exit codes: 0 all results are equal; 1 a result differs, or the run did not come to its end. The folder with logs, topics and results is then named.`;

const numbers = {
  seed: '1',
  records: '200000',
  partitions: '8',
  processes: '3',
  kills: '50',
  bounces: '5',
  scalings: '3',
  'clickhouse-kills': '5',
  patience: '900',
} as const;

type NumberName = keyof typeof numbers | 'seconds';

const wholeNumber = (name: NumberName, text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new RangeError(`--${name} takes a whole number, not "${text}"`);
  return Number(text);
};

/** How long the faults need so that most of them find the system at work again. */
const secondsFor = (faults: Pick<CrashOptions, 'kills' | 'bounces' | 'scalings' | 'clickhouseKills'>): number =>
  30 + faults.kills * 9 + faults.bounces * 12 + (faults.scalings + faults.clickhouseKills) * 4;

const stringOptions = Object.fromEntries(
  [...Object.keys(numbers), 'seconds', 'sources', 'json', 'suite'].map((name) => [name, { type: 'string' as const }]),
);

/** Reads the command line; undefined if the help page is asked for. Throws a RangeError or TypeError that says what is wrong with it. */
export const readCrashOptions = (args: ReadonlyArray<string>): CrashOptions | undefined => {
  const flags = { keep: { type: 'boolean' }, help: { type: 'boolean' } } as const;
  const { values } = parseArgs({ args: [...args], options: { ...stringOptions, ...flags } });
  if (values.help === true) return undefined;
  const text = (name: string): string | undefined => {
    const value: unknown = Reflect.get(values, name);
    return typeof value === 'string' ? value : undefined;
  };
  const numberOf = (name: keyof typeof numbers): number => wholeNumber(name, text(name) ?? numbers[name]);
  const faults = {
    kills: numberOf('kills'),
    bounces: numberOf('bounces'),
    scalings: numberOf('scalings'),
    clickhouseKills: numberOf('clickhouse-kills'),
  };
  const seconds = text('seconds');
  return {
    seed: numberOf('seed'),
    records: numberOf('records'),
    partitions: numberOf('partitions'),
    processes: numberOf('processes'),
    patience: numberOf('patience'),
    ...faults,
    seconds: seconds === undefined ? secondsFor(faults) : wholeNumber('seconds', seconds),
    keep: values.keep === true,
    sources: text('sources'),
    json: text('json'),
  };
};
