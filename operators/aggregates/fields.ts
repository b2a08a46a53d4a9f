import type { Aggregate, InvertibleAggregate } from '../../pipeline/core/aggregate.ts';

type Parts = Readonly<Record<string, Aggregate<never, unknown, unknown>>>;
type InvertibleParts = Readonly<Record<string, InvertibleAggregate<never, unknown, unknown>>>;

/** What every part takes: the intersection of their inputs. */
type InputOf<P extends Parts> = {
  [F in keyof P]: P[F] extends Aggregate<infer In, unknown, unknown> ? (value: In) => void : never;
}[keyof P] extends (value: infer In) => void
  ? In
  : never;

/** The results of the parts, by field. */
type OutputOf<P extends Parts> = { readonly [F in keyof P]: P[F] extends Aggregate<never, unknown, infer Out> ? Out : never };

/**
 * Several aggregates of the same values as one, whose result is a record of theirs. Invertible if all of them are.
 *
 * @example fields({ n: count(), reward: of(versioned('reward', (feedback: Feedback) => feedback.reward), mean()) })
 */
export function fields<P extends InvertibleParts>(parts: P): InvertibleAggregate<InputOf<P>, unknown[], OutputOf<P>>;
export function fields<P extends Parts>(parts: P): Aggregate<InputOf<P>, unknown[], OutputOf<P>>;
export function fields(parts: Readonly<Record<string, Aggregate<unknown, unknown, unknown>>>): Aggregate<unknown, unknown[], unknown> {
  const names = Object.keys(parts);
  const all = Object.values(parts);
  const checked = all.filter((part) => part.check !== undefined);
  const described = (of: (part: Aggregate<unknown, unknown, unknown>) => string): string =>
    all.map((part, at) => `${names[at] ?? ''}: ${of(part)}`).join(', ');
  return Object.freeze<Aggregate<unknown, unknown[], unknown>>({
    name: `{ ${described((part) => part.name)} }`,
    layout: `{ ${described((part) => part.layout)} }`,
    invertible: all.every((part) => part.invertible),
    zero: () => all.map((part) => part.zero()),
    copy: (acc) => all.map((part, at) => part.copy(acc[at])),
    ...(checked.length > 0 && { check: (value: unknown) => checked.forEach((part) => part.check?.(value)) }),
    add: (acc, value) => {
      for (let at = 0; at < all.length; at++) acc[at] = all[at]?.add(acc[at], value);
      return acc;
    },
    ...(all.every((part) => part.invertible) && {
      subtract: (acc: unknown[], value: unknown) => {
        for (let at = 0; at < all.length; at++) acc[at] = all[at]?.subtract?.(acc[at], value);
        return acc;
      },
    }),
    merge: (acc, other) => {
      for (let at = 0; at < all.length; at++) acc[at] = all[at]?.merge(acc[at], other[at]);
      return acc;
    },
    result: (acc) => Object.fromEntries(all.map((part, at) => [names[at] ?? '', part.result(acc[at])])),
    write: (acc, to) => all.forEach((part, at) => part.write(acc[at], to)),
    read: (from) => all.map((part) => part.read(from)),
  });
}
