import { cut, type EntryNode, type SubTopology } from '../../core/cut.ts';
import { isOutside, kindOf, type Topology } from '../../core/graph.ts';
import { internalTopic } from '../../core/internal-topics.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Coordinates } from '../../core/chunk.ts';
import type { Letter } from './letter.ts';
import { redrivePath } from './redrive-path.ts';

/** Why a dead letter is not redriven. */
export const reasons = {
  attempts: 'it has been refused as often as the limit allows',
  redriven: 'it has been redriven before',
  no_bytes: 'it was made of several records and has no bytes of its own',
  no_place: 'its headers do not say where it was read',
  no_way: 'the topology does not read that topic any more, or has no such node behind it',
  expanded: 'the record was made into several above that node, and which of them was refused is not known',
} as const;

/** A key of `reasons`. */
export type Reason = keyof typeof reasons;

/** Where a letter goes: to which topic, to be led to which node. `keepsTime`: Kafka's timestamp is its event time. */
export interface Way extends LedgerEntry {
  readonly topic: string;
  readonly keepsTime: boolean;
}

/** What is to be done with a letter. */
export type Verdict = { readonly way: Way } | { readonly reason: Reason };

/** A letter that says where its record was read. */
interface RefusedLetter extends Letter {
  readonly refused: Coordinates;
}

interface Entry {
  readonly sub: SubTopology;
  readonly entry: EntryNode;
}

const entriesOf = (topology: Topology): ReadonlyArray<Entry> =>
  cut(topology).flatMap((sub) => sub.entries.map((entry) => ({ sub, entry })));

/** A record that was refused on its way back is sent to where it was going: what lies between has had it before. */
const targetOf = ({ sub, entry }: Entry, { node, aim }: Letter, topology: string): string => {
  if (aim?.topology !== topology) return node;
  return redrivePath(sub, entry.name, aim.node)?.above.has(node) === true ? aim.node : node;
};

const verdictAt = (topology: Topology, at: Entry, letter: RefusedLetter): ReadonlyArray<Verdict> => {
  const { sub, entry } = at;
  const { refused } = letter;
  const node = targetOf(at, letter, topology.name);
  const path = redrivePath(sub, entry.name, node);
  if (path === undefined) return [];
  if (sub.nodes.some((other) => path.above.has(other.name) && kindOf(other) === 'expand')) return [{ reason: 'expanded' }];
  const keepsTime = entry.kind === 'repartition' || entry.topic.time === undefined;
  return [{ way: { topic: entry.topic.name, node, refused, keepsTime } }];
};

/** What a delivery has refused goes back into the topic that it is fed from. */
const deliveryVerdict = (topology: Topology, node: string, refused: Coordinates): ReadonlyArray<Verdict> => {
  const isOf = topology.nodes.some((other) => other.name === node && other.kind === 'sink' && isOutside(other.sink));
  if (!isOf || refused.topic !== internalTopic(topology.name, node, 'delivery')) return [];
  return [{ way: { topic: refused.topic, node, refused, keepsTime: false } }];
};

/** Says of letters where each goes, or why it stays, as far as the topology and the letter tell. */
export const judgeOf = (topology: Topology): ((letter: Letter) => Verdict) => {
  const entries = entriesOf(topology);
  return (letter) => {
    const { refused, record, node } = letter;
    if (record.value === null) return { reason: 'no_bytes' };
    if (refused === undefined) return { reason: 'no_place' };
    const reading = entries.filter(({ entry }) => entry.topic.name === refused.topic);
    const found = reading.flatMap((at) => verdictAt(topology, at, { ...letter, refused }));
    return [...found, ...deliveryVerdict(topology, node, refused)][0] ?? { reason: 'no_way' };
  };
};
