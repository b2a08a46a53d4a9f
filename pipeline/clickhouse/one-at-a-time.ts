import { MillraceError } from '../core/errors.ts';
import type { ClickHouse } from './clickhouse.ts';

const settled = (): void => undefined;

const aborted = (signal: AbortSignal, address: string): Promise<never> =>
  new Promise((_, reject) => {
    const late = `ClickHouse at ${address} did not answer before the deadline`;
    const stop = (): void => reject(new MillraceError('table_unavailable', late, signal.reason));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });

/**
 * Runs what is asked of a ClickHouse in this process one after the other.
 *
 * A connection of chDB does so anyway, but each call that waits for its turn there holds a thread of Node's pool, which the Kafka client
 * needs. A call that is given up keeps its turn until chDB has really finished, since it cannot be interrupted; `close` waits for it.
 */
export const oneAtATime = (inner: ClickHouse): ClickHouse => {
  let last: Promise<unknown> = Promise.resolve();
  const queued = <R>(signal: AbortSignal | undefined, run: () => Promise<R>): Promise<R> => {
    const turn = last.then(() => {
      signal?.throwIfAborted();
      return run();
    });
    last = turn.catch(settled);
    return signal === undefined ? turn : Promise.race([turn, aborted(signal, inner.address)]);
  };
  return {
    address: inner.address,
    command: (sql, { signal, params = {} } = {}) => queued(signal, () => inner.command(sql, { params })),
    select: (sql, { signal, params = {} } = {}) => queued(signal, () => inner.select(sql, { params })),
    insert: (insert, { signal } = {}) => queued(signal, () => inner.insert(insert)),
    close: () => queued(undefined, () => inner.close()),
  };
};
