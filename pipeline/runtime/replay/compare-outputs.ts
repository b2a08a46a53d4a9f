import { differences } from '../../core/plan-differences.ts';
import type { Cluster } from '../../core/ports/cluster.ts';
import type { OutputReader } from './output-reader.ts';
import { readRecords } from './read-records.ts';

/** One result that is not the same on both sides. */
export interface DifferingResult {
  readonly id: string;
  readonly is: 'only here' | 'only there' | 'different';
  /** Where both have it, what differs: `path: there → here`. */
  readonly changes: ReadonlyArray<string>;
}

/** How an output of a replay (here) compares with what stands in the topic that it was made in place of (there). Results by identity. */
export interface OutputComparison {
  readonly topic: string;
  readonly replayed: string;
  /** Records that were compared, revisions included. */
  readonly records: { readonly here: number; readonly there: number };
  readonly same: number;
  readonly different: number;
  readonly onlyHere: number;
  readonly onlyThere: number;
  /** Results that are not final on one side yet. */
  readonly open: number;
  /** The first of those that are not the same, by identity. */
  readonly examples: ReadonlyArray<DifferingResult>;
}

/** A topic of each side, and how to read one; a reader serves one reading. */
export interface ComparedOutput {
  readonly topic: string;
  readonly replayed: string;
  readonly reader: () => OutputReader;
  /** The paths that the reader's hashes leave out. */
  readonly except: ReadonlyArray<string>;
}

const mostExamples = 10;
const openMark = -1;

interface Side {
  records: number;
  /** The hash of the last record of each identity; `openMark` where that is not final. */
  readonly results: Map<string, number>;
}

const readSide = async (cluster: Cluster, topic: string, reader: OutputReader): Promise<Side> => {
  const side: Side = { records: 0, results: new Map() };
  await readRecords(cluster, topic, async (records) => {
    await reader.prepare(records);
    for (const record of records) {
      const found = reader.read(record);
      if (found === undefined) continue;
      side.records += 1;
      if (found.value === undefined) side.results.delete(found.id);
      else side.results.set(found.id, found.isOpen ? openMark : found.hash);
    }
  });
  return side;
};

const valuesOf = async (cluster: Cluster, topic: string, asked: { readonly reader: OutputReader; readonly ids: ReadonlySet<string> }) => {
  const values = new Map<string, unknown>();
  await readRecords(cluster, topic, async (records) => {
    await asked.reader.prepare(records);
    for (const record of records) {
      const found = asked.reader.read(record);
      if (found !== undefined && asked.ids.has(found.id)) values.set(found.id, found.value);
    }
  });
  return values;
};

interface Tally {
  same: number;
  open: number;
  readonly different: string[];
  readonly onlyHere: string[];
  readonly onlyThere: string[];
}

const count = (tally: Tally, id: string, hashes: { readonly here: number | undefined; readonly there: number | undefined }): void => {
  const { here, there } = hashes;
  if (here === openMark || there === openMark) tally.open += 1;
  else if (there === undefined) tally.onlyHere.push(id);
  else if (here === undefined) tally.onlyThere.push(id);
  else if (here === there) tally.same += 1;
  else tally.different.push(id);
};

const tallied = (here: Side['results'], there: Side['results']): Tally => {
  const tally: Tally = { same: 0, open: 0, different: [], onlyHere: [], onlyThere: [] };
  for (const id of new Set([...here.keys(), ...there.keys()])) count(tally, id, { here: here.get(id), there: there.get(id) });
  return tally;
};

const first = (ids: ReadonlyArray<string>): ReadonlyArray<string> => ids.toSorted().slice(0, mostExamples);

const changesOf = (there: unknown, here: unknown, except: ReadonlyArray<string>): ReadonlyArray<string> =>
  differences('', there, here).filter((line) => !except.some((path) => line.startsWith(`${path}:`) || line.startsWith(`${path}.`)));

const examplesOf = async (cluster: Cluster, output: ComparedOutput, tally: Tally): Promise<ReadonlyArray<DifferingResult>> => {
  const ids = new Set(first(tally.different));
  const values = async (topic: string): Promise<ReadonlyMap<string, unknown>> =>
    ids.size === 0 ? new Map<string, unknown>() : valuesOf(cluster, topic, { reader: output.reader(), ids });
  const [here, there] = [await values(output.replayed), await values(output.topic)];
  return [
    ...[...ids].map((id) => ({ id, is: 'different' as const, changes: changesOf(there.get(id), here.get(id), output.except) })),
    ...first(tally.onlyHere).map((id) => ({ id, is: 'only here' as const, changes: [] })),
    ...first(tally.onlyThere).map((id) => ({ id, is: 'only there' as const, changes: [] })),
  ];
};

/**
 * Compares an output with what is there, result by result. Reads both topics once, and again where results differ, to tell what in them
 * does. Keeps an identity and a number for each result of both in memory, about 200 bytes.
 */
export const compareOutput = async (cluster: Cluster, output: ComparedOutput): Promise<OutputComparison> => {
  const there = await readSide(cluster, output.topic, output.reader());
  const here = await readSide(cluster, output.replayed, output.reader());
  const tally = tallied(here.results, there.results);
  return {
    topic: output.topic,
    replayed: output.replayed,
    records: { here: here.records, there: there.records },
    same: tally.same,
    different: tally.different.length,
    onlyHere: tally.onlyHere.length,
    onlyThere: tally.onlyThere.length,
    open: tally.open,
    examples: await examplesOf(cluster, output, tally),
  };
};
