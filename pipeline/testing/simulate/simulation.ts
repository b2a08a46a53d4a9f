import type { Lookup } from '../../core/ports/lookup.ts';
import type { Message } from './message.ts';
import type { Outputs } from './outputs.ts';

/**
 * How an output is compared with that of the quiet run.
 *
 * - `each`: the same records, in any order. For results that are told once.
 * - `last`: by the Kafka key and these fields, the last record that was written. For results that are revised, and for current values.
 * - `ignored`: not at all.
 *
 * `without` names top-level fields that are left out, since they tell of the way in which a result came about.
 */
export type OutputRule =
  | { readonly compare: 'each'; readonly without?: ReadonlyArray<string> }
  | { readonly compare: 'last'; readonly by: ReadonlyArray<string>; readonly without?: ReadonlyArray<string> }
  | { readonly compare: 'ignored' };

/** What a simulation knows of a topology. All of it may be left out. */
export interface Simulation {
  /**
   * What goes in, in the order of sending; the same for the same seed. What is broadcast is sent before any process starts, everything else
   * over a few seconds of the wall clock. Every topic has so many `partitions`. Made from the schemas of the source topics if left out.
   */
  readonly inputs?: (seed: number, partitions: number) => ReadonlyArray<Message>;
  /** How outputs are compared, by the name of their topic, or of the node for a sink that ends in a table. */
  readonly outputs?: Readonly<Record<string, OutputRule>>;
  /** What else must be the same in both runs, e.g. sums over several outputs: lines that are compared as a set. */
  readonly facts?: (outputs: Outputs) => ReadonlyArray<string>;
  /** What is wrong with the outputs of the disturbed run by themselves, e.g. an order that was given twice; empty if nothing is. */
  readonly problems?: (outputs: Outputs) => ReadonlyArray<string>;
  /** The ports that lookups name. They answer at once; faults make them slow. */
  readonly lookups?: Readonly<Record<string, Lookup<unknown>>>;
}
