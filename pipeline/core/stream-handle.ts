import type { Draft } from './draft.ts';
import type { AnyOperator } from './graph.ts';
import type { RepartitionOptions, Sink, Stream } from './stream.ts';
import type { OutputRef, StreamRef } from './stream-ref.ts';

/** The six verbs without their types: what each does to the draft. */
interface Verbs {
  readonly output: OutputRef;
  pipe(operator: AnyOperator): Verbs;
  split(name: string, cases: Readonly<Record<string, (value: unknown) => boolean>>): Readonly<Record<string, Verbs>>;
  merge(name: string, other: StreamRef<unknown>): Verbs;
  port(port: string): Verbs;
  repartition(name: string, options: RepartitionOptions<unknown, string>): Verbs;
  to(name: string, sink: Sink): void;
}

const verbs = (draft: Draft, output: OutputRef): Verbs => ({
  output,
  pipe: (operator) => verbs(draft, draft.step(output, operator)),
  split: (name, cases) => {
    draft.split(output, name, Object.entries(cases));
    return Object.fromEntries(Object.keys(cases).map((port) => [port, verbs(draft, { node: name, port })]));
  },
  merge: (name, other) => verbs(draft, draft.merge([output, other.output], name)),
  port: (port) => verbs(draft, { node: output.node, port }),
  repartition: (name, options) => verbs(draft, draft.repartition(output, name, options)),
  to: (name, sink) => draft.sink(output, name, sink),
});

/** A handle on an output of the draft; each verb adds a node and hands out the next handle. */
export const streamOf = <T, K extends string>(draft: Draft, output: OutputRef): Stream<T, K> =>
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- the one place where a stream's types are put on: the verbs below see data only.
  verbs(draft, output) as unknown as Stream<T, K>;
