import { Readable } from 'node:stream';
import type { ClickHouseClient } from '@clickhouse/client';
import type { ClickHouse, StatementOptions } from './clickhouse.ts';
import { clickHouseError } from './clickhouse-error.ts';

const sent = ({ params, signal }: StatementOptions): { query_params?: Record<string, unknown>; abort_signal?: AbortSignal } => ({
  ...(params === undefined ? {} : { query_params: { ...params } }),
  ...(signal === undefined ? {} : { abort_signal: signal }),
});

/** The first words of a statement, to name it in a message. */
const brief = (sql: string): string => sql.trim().replace(/\s+/g, ' ').slice(0, 60);

/** ClickHouse through the official client, with errors that say what follows from them. */
export const clickHouseOn = (client: ClickHouseClient, address: string): ClickHouse => {
  const guarded = async <R>(what: string, { signal }: StatementOptions, run: () => Promise<R>): Promise<R> => {
    try {
      // The client listens to the signal, and so misses one that was aborted before.
      signal?.throwIfAborted();
      return await run();
    } catch (error) {
      throw clickHouseError(error, `ClickHouse at ${address}, '${brief(what)}'`);
    }
  };
  return {
    address,
    command: (sql, options = {}) =>
      guarded(sql, options, async () => {
        await client.command({ query: sql, ...sent(options) });
      }),
    select: (sql, options = {}) =>
      guarded(sql, options, async () =>
        (await client.query({ query: sql, format: 'JSONEachRow', ...sent(options) })).json<Record<string, unknown>>(),
      ),
    insert: ({ into, rows }, options = {}) =>
      guarded(into, options, async () => {
        // `exec` and not `insert`, since the text carries settings of its own.
        const { stream } = await client.exec({ query: into, values: Readable.from([rows], { objectMode: false }), ...sent(options) });
        for await (const _ of stream);
      }),
    close: () => client.close(),
  };
};
