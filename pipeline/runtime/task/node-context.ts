import type { StreamRecord } from '../../core/chunk.ts';
import { MillraceError, messageOf } from '../../core/errors.ts';
import type { Attempt, Context } from '../../core/operator.ts';
import type { Store } from '../../core/ports/store.ts';
import type { Refusal } from '../dead-letter.ts';

/** The side outputs of a node as the wiring collects them: what was emitted since the last chunk. */
export interface PortSink {
  readonly connected: ReadonlySet<string>;
  emit(port: string, record: StreamRecord<unknown>): void;
}

/** What a node's context hands on to its task. */
export interface TaskServices {
  readonly task: Context<unknown, unknown>['task'];
  refuse(record: StreamRecord<unknown>, refusal: Refusal): void;
  count(node: string, metric: string, by: number): void;
}

/** The rule under which a record is refused for which something threw. */
export const ruleOf = (error: unknown): string =>
  error instanceof MillraceError && error.action === 'reject' ? error.code : 'user_function_failed';

/** Stands in for the store of a node that declares no state. */
export const noStore = (node: string): Store<never> => {
  const refuse = (): never => {
    throw new MillraceError('engine_defect', `"${node}" declares no state but uses a store`);
  };
  return { get: refuse, put: refuse, delete: refuse, scan: refuse, expire: refuse };
};

/** Lends a node what the runtime offers: its store, the guard for the user's functions, its side outputs and its counters. */
export const nodeContext = (
  services: TaskServices,
  node: string,
  lent: { readonly store: Store<unknown>; readonly ports: PortSink },
): Context<unknown, Readonly<Record<string, unknown>>> => {
  const reject = (record: StreamRecord<unknown>, rule: string, detail: string): void => services.refuse(record, { node, rule, detail });
  const attempt = <T, R>(record: StreamRecord<T>, run: (value: T) => R): Attempt<R> => {
    try {
      return { ok: true, value: run(record.value) };
    } catch (error) {
      reject(record, ruleOf(error), messageOf(error));
      return { ok: false };
    }
  };
  return {
    task: services.task,
    store: lent.store,
    attempt,
    reject,
    emit: (port, record) => lent.ports.emit(port, record),
    isConnected: (port) => lent.ports.connected.has(port),
    count: (metric, by = 1) => services.count(node, metric, by),
  };
};
