import type { StreamRecord } from '../core/chunk.ts';
import { MillraceError, messageOf } from '../core/errors.ts';
import type { Attempt, Context, StateSpec } from '../core/operator.ts';
import type { StateStore, Store } from '../core/ports/store.ts';
import { memoryStore } from '../state/memory-store.ts';
import type { Rejected } from './gathering.ts';

/** What of an operator its task needs to know. */
export interface Tasked<S> {
  readonly name: string;
  readonly state?: StateSpec<S>;
  readonly ports?: ReadonlyArray<string>;
}

/** Where a context puts what its operator gives beside its main output. */
export interface ContextSink<Ports> {
  reject(rejected: Rejected): void;
  emit<P extends keyof Ports>(port: P, record: StreamRecord<Ports[P]>): void;
  count(metric: string, by: number): void;
}

const absent = (): never => {
  throw new MillraceError('engine_defect', 'an operator that declares no state put an entry');
};

const stateless: StateSpec<never> = { schema: 'none', encode: absent, decode: absent, shape: {} };

/** An empty store in memory for an operator. */
export const testStore = <S>({ name, state }: Tasked<S>): StateStore<S> => memoryStore<S>(state ?? stateless, { node: name });

const ruleOf = (thrown: unknown): string =>
  thrown instanceof MillraceError && thrown.action === 'reject' ? thrown.code : 'user_function_failed';

const attempt = <T, R>(record: StreamRecord<T>, run: (value: T) => R, rejected: (rejected: Rejected) => void): Attempt<R> => {
  try {
    return { ok: true, value: run(record.value) };
  } catch (thrown) {
    rejected({ record, rule: ruleOf(thrown), detail: messageOf(thrown) });
    return { ok: false };
  }
};

/** A context for one operator in one task, every port connected. Emitting on a port that the operator does not declare throws `engine_defect`. */
export const testContext = <S, Ports>(operator: Tasked<S>, store: Store<S>, sink: ContextSink<Ports>): Context<S, Ports> => ({
  task: { topology: 'test', subTopology: operator.name, partition: 0 },
  store,
  attempt: (record, run) => attempt(record, run, (rejected) => sink.reject(rejected)),
  reject: (record, rule, detail) => sink.reject({ record, rule, detail }),
  emit: (port, record) => {
    if (operator.ports?.includes(String(port)) !== true) {
      throw new MillraceError('engine_defect', `operator ${operator.name} emits on '${String(port)}', which it does not declare`);
    }
    sink.emit(port, record);
  },
  isConnected: () => true,
  count: (metric, by = 1) => sink.count(metric, by),
});
