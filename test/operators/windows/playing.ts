import fc from 'fast-check';
import type { Chunk, Signal, StreamRecord } from '../../../pipeline/core/chunk.ts';
import type { Operator } from '../../../pipeline/core/operator.ts';
import { chunkOf } from '../../../pipeline/testing/records.ts';
import { type OperatorRun, runOperator } from '../../../pipeline/testing/run-operator.ts';

/** Gives an operator that is declared on its own the type of the values that it is to take. */
export const over =
  <T>() =>
  <Out, S, Ports, N extends string, G extends string>(operator: Operator<T, Out, S, Ports, N, G>): Operator<T, Out, S, Ports, N, G> =>
    operator;

/** The operator as it runs where nothing reads its side outputs. */
export const unconnected = <In, Out, S, Ports, N extends string, G extends string>(
  operator: Operator<In, Out, S, Ports, N, G>,
): Operator<In, Out, S, Ports, N, G> => ({
  ...operator,
  build: (context) => operator.build({ ...context, isConnected: () => false }),
});

/** What happens after a chunk: nothing, a commit, or the loss of all since the last commit, with or without the process. */
export type Fate = 'none' | 'commit' | 'abort' | 'restart';

/** One chunk of a run, and what happens after it. */
export interface Step {
  readonly size: number;
  readonly signal: Signal;
  readonly fate: Fate;
}

/** A run in chunks of any size, with signals and faults at any place. */
export const steps: fc.Arbitrary<ReadonlyArray<Step>> = fc.array(
  fc.record({
    size: fc.nat(6),
    signal: fc.constantFrom<Signal>('none', 'none', 'flush', 'idle'),
    fate: fc.constantFrom<Fate>('none', 'none', 'commit', 'abort', 'restart'),
  }),
  { minLength: 1, maxLength: 12 },
);

/** One chunk for each commit, as it should be. */
export const quiet: ReadonlyArray<Step> = [{ size: 5, signal: 'flush', fate: 'commit' }];

const idle: Step = { size: 1, signal: 'none', fate: 'none' };

/** The plan over and over; from its second turn on each chunk is larger, and after the third nothing is lost, so that it comes to an end. */
const stepAt = (plan: ReadonlyArray<Step>, turn: number): Step => {
  const { size, signal, fate } = plan[turn % plan.length] ?? idle;
  return { size: turn < plan.length ? size : size + 1, signal, fate: turn < 3 * plan.length ? fate : 'commit' };
};

const chunked = <T>(records: ReadonlyArray<StreamRecord<T>>, plan: ReadonlyArray<Step>): (readonly [Chunk<T>, Fate])[] => {
  const chunks: (readonly [Chunk<T>, Fate])[] = [];
  let at = 0;
  for (let turn = 0; at < records.length; turn++) {
    const { size, signal, fate } = stepAt(plan, turn);
    const after = records[at + size] ?? records.at(-1);
    chunks.push([chunkOf(records.slice(at, at + size), { streamTime: after?.asOf ?? 0, signal }), fate]);
    at += size;
  }
  return chunks;
};

/** Runs the records through the operator by that plan. What was lost is fed again, as after a rewind to the committed offsets. */
export const play = <In, Out, S, Ports, N extends string, G extends string>(
  operator: Operator<In, Out, S, Ports, N, G>,
  records: ReadonlyArray<StreamRecord<In>>,
  { plan, last }: { readonly plan: ReadonlyArray<Step>; readonly last: number },
): OperatorRun<In, Out, S, Ports> => {
  const run = runOperator(operator);
  let uncommitted: Chunk<In>[] = [];
  for (const [chunk, fate] of chunked(records, plan)) {
    uncommitted.push(chunk);
    run.feed(chunk);
    if (fate === 'none') continue;
    if (fate === 'commit') run.commit();
    else {
      run[fate]();
      for (const again of uncommitted) run.feed(again);
      run.commit();
    }
    uncommitted = [];
  }
  run.feed(chunkOf([], { streamTime: last }));
  return run;
};

/** The items by a key, in their order. */
export const grouped = <T>(items: ReadonlyArray<T>, keyOf: (item: T) => string): ReadonlyMap<string, ReadonlyArray<T>> => {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
};
