import type { Versioned } from './key.ts';
import type { Accepted, Topic } from './topic.ts';

/** One way out of a routing table: a topic, and what of a value is written there. */
export interface RouteTarget<in T> {
  readonly topic: Topic<unknown>;
  readonly project: (value: T) => unknown;
}

/**
 * A static routing table: `select` names the way of a value; a name that is not in the table is counted and goes nowhere.
 *
 * The ways are data, so every topic stands in the graph.
 */
export interface Route<in T> {
  readonly kind: 'route';
  readonly select: Versioned<(value: T) => string>;
  readonly ways: Readonly<Record<string, RouteTarget<T>>>;
}

/** A way to a topic, with what is written there; a compacted topic takes tombstones, too. */
export const way = <T, S extends Topic<unknown>>(topic: S, project: (value: T) => Accepted<S>): RouteTarget<T> => ({ topic, project });

/** Declares a routing table. */
export const route = <T>(select: Versioned<(value: T) => string>, ways: Readonly<Record<string, RouteTarget<T>>>): Route<T> =>
  Object.freeze({ kind: 'route', select, ways });
