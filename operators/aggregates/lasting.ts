import type { Aggregate, InvertibleAggregate } from '../../pipeline/core/aggregate.ts';

/**
 * An aggregate that cannot be inverted, for use where values are taken out again: it keeps what it has seen of them.
 *
 * So it tells of all values that ever came, also of those that have been taken out: a `min` stays at or below that of the values that
 * are left, a `max` at or above it, a count of different values at or above theirs.
 *
 * @example fields({ sums: variance(), max: lasting(max()) })
 */
export const lasting = <In, Acc, Out>(inner: Aggregate<In, Acc, Out>): InvertibleAggregate<In, Acc, Out> =>
  Object.freeze<InvertibleAggregate<In, Acc, Out>>({
    ...inner,
    name: `lasting ${inner.name}`,
    invertible: true,
    subtract: (acc) => acc,
  });
