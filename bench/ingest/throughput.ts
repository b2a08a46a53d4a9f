import { resultOf } from '../support/child.ts';
import { type Cost, cpuMicros, wallRate } from '../support/cost.ts';
import { median, ratioOf } from '../support/median.ts';
import type { SuiteOptions } from '../support/suite.ts';
import { count } from '../support/table.ts';
import { closedLoad } from './load.ts';
import { batches, type RequestMaker, singles } from './requests.ts';
import type { Served } from './served.ts';
import type { IngestStage } from './stage.ts';

/** How long it is measured. */
export interface Extent {
  readonly rounds: number;
  readonly seconds: number;
}

/** Records a second and µs of CPU a record, medians of the rounds. */
export interface Speed {
  readonly rate: number;
  readonly cpu_micros: number;
  readonly rates: ReadonlyArray<number>;
}

/** Two that do the same work in turns. */
export interface Side {
  readonly api: Speed;
  readonly other: Speed;
  /** The API's rate to the other's, round by round. */
  readonly ratio: number;
  readonly bar: number;
}

const bar = 0.6;
/** Requests at a time, each on a connection of its own. */
export const connections = { single: 128, batch: 8 };
const second = 1_000;

const speedOf = (costs: ReadonlyArray<Cost>): Speed => ({
  rate: median(costs.map(wallRate)),
  cpu_micros: median(costs.map(cpuMicros)),
  rates: costs.map(wallRate),
});

const sideOf = (ours: ReadonlyArray<Cost>, others: ReadonlyArray<Cost>): Side => ({
  api: speedOf(ours),
  other: speedOf(others),
  ratio: ratioOf(ours.map(wallRate), others.map(wallRate)),
  bar,
});

/** What a load costs an API. Throws if it does not take every record. */
const costOf = async (api: Served, make: RequestMaker, load: { connections: number; ms: number; items: number }): Promise<Cost> => {
  const cpu = api.cpuMs();
  const { shots, wallMs } = await closedLoad(api.door, make, load);
  const records = shots.reduce((sum, { accepted }) => sum + accepted, 0);
  if (records !== shots.length * load.items) throw new Error(`of ${shots.length * load.items} records the API has taken ${records}`);
  return { records, wallMs, cpuMs: api.cpuMs() - cpu };
};

let runs = 0;

const single = (api: Served, seconds: number): Promise<Cost> => {
  runs += 1;
  return costOf(api, singles(api.door, `single-${runs}`), { connections: connections.single, ms: seconds * second, items: 1 });
};

const batch = (api: Served, seconds: number): Promise<Cost> => {
  runs += 1;
  return costOf(api, batches(api.door, `batch-${runs}`), { connections: connections.batch, ms: seconds * second, items: 100 });
};

const hand = ({ brokers, registry }: IngestStage, seconds: number): Promise<Cost> =>
  resultOf<Cost>({ file: 'bench/ingest/hand-written-run.ts', args: [brokers, registry, String(seconds), String(connections.batch)] });

interface Turns {
  readonly name: string;
  readonly ours: (seconds: number) => Promise<Cost>;
  readonly others: (seconds: number) => Promise<Cost>;
}

/** One round warms up, then they take turns, and another one begins each time. */
const inTurns = async ({ name, ours, others }: Turns, { rounds, seconds }: Extent, { say }: Pick<SuiteOptions, 'say'>): Promise<Side> => {
  const measured: { ours: Cost; others: Cost }[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const first = round % 2 === 0 ? await ours(seconds) : undefined;
    const theirs = await others(seconds);
    const own = first ?? (await ours(seconds));
    say(`ingest: ${name}: the API ${count(wallRate(own))}/s, the other ${count(wallRate(theirs))}/s${round === 0 ? ', warming up' : ''}`);
    if (round > 0) measured.push({ ours: own, others: theirs });
  }
  return sideOf(
    measured.map((pair) => pair.ours),
    measured.map((pair) => pair.others),
  );
};

/** Single feedback: the API beside itself without the call to Kafka. */
export const measureSingle = ({ whole, bare }: IngestStage, extent: Extent, options: SuiteOptions): Promise<Side> =>
  inTurns({ name: 'single', ours: (seconds) => single(whole, seconds), others: (seconds) => single(bare, seconds) }, extent, options);

/** Batches of a hundred: the API beside a loop by hand without HTTP. */
export const measureBatch = (stage: IngestStage, extent: Extent, options: SuiteOptions): Promise<Side> =>
  inTurns({ name: 'batches', ours: (seconds) => batch(stage.whole, seconds), others: (seconds) => hand(stage, seconds) }, extent, options);
