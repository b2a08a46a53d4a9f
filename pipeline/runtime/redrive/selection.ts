import type { RangeRequest } from '../replay/replay-range.ts';
import type { Letter } from './letter.ts';

/** Which dead letters are meant: those that meet every condition that is given. */
export interface Selection {
  /** Where they lie in the dead letter: by the time at which they were written, or by offsets. */
  readonly range: RangeRequest;
  /** The rules under which they were refused; any if empty. So for the others. */
  readonly rules: ReadonlyArray<string>;
  /** The nodes that refused them. */
  readonly nodes: ReadonlyArray<string>;
  /** The topics that they were read from when they were refused. */
  readonly topics: ReadonlyArray<string>;
  /** The partitions of those topics. */
  readonly partitions: ReadonlyArray<number>;
}

/** Every dead letter. */
export const everyLetter: Selection = { range: {}, rules: [], nodes: [], topics: [], partitions: [] };

const allows = <T>(wanted: ReadonlyArray<T>, found: T | undefined): boolean =>
  wanted.length === 0 || (found !== undefined && wanted.includes(found));

/** Whether a letter meets the conditions, its place aside. */
export const isMeant = ({ rules, nodes, topics, partitions }: Selection, { rule, node, refused }: Letter): boolean =>
  allows(rules, rule) && allows(nodes, node) && allows(topics, refused?.topic) && allows(partitions, refused?.partition);
