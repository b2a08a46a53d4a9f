import { MillraceError } from '../pipeline/core/errors.ts';
import { chosenKey, type KeyChoice, keyParam } from '../pipeline/core/key-choice.ts';
import type { LookupOperator } from '../pipeline/core/operator.ts';
import type { RecordType } from '../pipeline/core/record-type.ts';

/** What `lookup` asks for and what it makes of the answer. */
export interface LookupOptions<In, Answer, Out> {
  /** The name under which the runtime is given the `Lookup`. */
  readonly port: string;
  /** How long the answers for one chunk may take, in ms. */
  readonly deadline: number;
  /** What is asked for. */
  readonly key: KeyChoice<In>;
  /** Makes the output of a value and its answer: `undefined` if there is none, `'late'` if it did not come in time or the port failed. Pure. */
  readonly merge: (value: In, answer: Answer | undefined | 'late') => Out;
  /** How the output is written; needed if the stream is to be repartitioned next. */
  readonly output?: RecordType<Out>;
}

/**
 * Adds to each value what a service or a table outside the stream answers for its key. One record in, one out, in order.
 *
 * The runtime asks for the keys of a chunk at once, remembers answers for a while, and waits no longer than `deadline`: a slow or failing
 * port makes outputs poorer, never late nor lost. An answer can change, so a replay may get another one: what must not change is recorded
 * in the output. What `key` or `merge` throws rejects the record. No state.
 *
 * @throws MillraceError `bad_topology` if the deadline is not a positive number.
 * @example
 * lookup('features', { port: 'feature-store', deadline: 50, key: ['inference_id'], merge: (value, answer: Features | undefined | 'late') => ({ ...value, features: answer === 'late' ? null : (answer ?? null) }) })
 */
export const lookup = <In, Answer, Out>(name: string, options: LookupOptions<In, Answer, Out>): LookupOperator<In, Out, Answer> => {
  const { port, deadline, key, merge, output } = options;
  if (!(deadline > 0)) throw new MillraceError('bad_topology', `${name}: the deadline is ${deadline} ms and must be more than 0`);
  return {
    shape: 'lookup',
    name,
    kind: 'lookup',
    params: { port, deadline, key: keyParam(key) },
    opaque: ['merge'],
    port,
    deadline,
    ...(output === undefined ? {} : { output }),
    keyOf: chosenKey(key),
    merge,
  };
};
