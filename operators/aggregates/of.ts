import type { Aggregate, InvertibleAggregate } from '../../pipeline/core/aggregate.ts';
import type { Versioned } from '../../pipeline/core/key.ts';

type Selector<T, In> = Versioned<(value: T) => In | null | undefined>;

/**
 * Aggregates what the selector picks out of each value; where it gives null or undefined the value is passed over. So it maps and filters.
 *
 * The selector must be pure: it is called twice for a value. As invertible as the inner aggregate.
 *
 * @example of(versioned('score', (feedback: Feedback) => feedback.number?.v), mean())
 */
export function of<T, In, Acc, Out>(selector: Selector<T, In>, inner: InvertibleAggregate<In, Acc, Out>): InvertibleAggregate<T, Acc, Out>;
export function of<T, In, Acc, Out>(selector: Selector<T, In>, inner: Aggregate<In, Acc, Out>): Aggregate<T, Acc, Out>;
export function of<T, In, Acc, Out>(selector: Selector<T, In>, inner: Aggregate<In, Acc, Out>): Aggregate<T, Acc, Out> {
  const select = selector.of;
  const subtract = inner.subtract?.bind(inner);
  return Object.freeze<Aggregate<T, Acc, Out>>({
    name: `${inner.name} of ${selector.version}`,
    layout: inner.layout,
    invertible: inner.invertible,
    zero: () => inner.zero(),
    copy: (acc) => inner.copy(acc),
    check: (value) => {
      const selected = select(value);
      if (selected !== null && selected !== undefined) inner.check?.(selected);
    },
    add: (acc, value) => {
      const selected = select(value);
      return selected === null || selected === undefined ? acc : inner.add(acc, selected);
    },
    ...(subtract && {
      subtract: (acc: Acc, value: T) => {
        const selected = select(value);
        return selected === null || selected === undefined ? acc : subtract(acc, selected);
      },
    }),
    merge: (acc, other) => inner.merge(acc, other),
    result: (acc) => inner.result(acc),
    write: (acc, to) => inner.write(acc, to),
    read: (from) => inner.read(from),
  });
}
