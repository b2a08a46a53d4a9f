import { type ErrorCode, MillraceError } from '../../../../pipeline/core/errors.ts';
import type { Cluster, TransactionalProducer } from '../../../../pipeline/core/ports/cluster.ts';

type Call = 'init' | 'begin' | 'produce' | 'sendOffsets' | 'commit' | 'abort' | 'close';

/** A failure: the `nth` call of its kind, 1 if left out, throws this, `times` times. */
export interface Failure {
  readonly call: Call;
  readonly code: ErrorCode;
  readonly nth?: number;
  readonly times?: number;
}

/** A cluster that only makes transactional producers, which fail by a script and note what they were asked. */
export interface ScriptedCluster {
  readonly cluster: Cluster;
  /** The calls in order; `init` with the transactional id. */
  readonly calls: ReadonlyArray<string>;
}

export const scriptedCluster = (...failures: ReadonlyArray<Failure>): ScriptedCluster => {
  const calls: string[] = [];
  const counts = new Map<Call, number>();
  const happens = (call: Call, what: string = call): void => {
    const count = (counts.get(call) ?? 0) + 1;
    counts.set(call, count);
    calls.push(what);
    const struck = failures.find(({ call: of, nth = 1, times = 1 }) => of === call && count >= nth && count < nth + times);
    if (struck !== undefined) throw new MillraceError(struck.code, `${call} failed by script`);
  };
  const asked = (call: Call) => async (): Promise<void> => {
    await Promise.resolve();
    happens(call);
  };
  const producer: TransactionalProducer = {
    begin: asked('begin'),
    produce: () => {
      happens('produce');
      return true;
    },
    drain: () => Promise.resolve(),
    sendOffsets: asked('sendOffsets'),
    commit: asked('commit'),
    abort: asked('abort'),
    close: asked('close'),
  };
  const none = (): never => {
    throw new Error('the scripted cluster has none');
  };
  const cluster: Cluster = {
    traits: { transactions: true, createTopics: true },
    admin: none,
    groupConsumer: none,
    producer: none,
    reader: none,
    close: () => Promise.resolve(),
    transactionalProducer: async (id) => {
      await Promise.resolve();
      happens('init', `init ${id}`);
      return producer;
    },
  };
  return { cluster, calls };
};
