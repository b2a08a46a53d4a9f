import { type ClickHouseClientConfigOptions, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import type * as Chdb from 'chdb/connection';
import { MillraceError, messageOf } from '../core/errors.ts';
import { accessOptions, type ClickHouseAccess } from './access.ts';
import type { ClickHouse } from './clickhouse.ts';
import { clickHouseOn } from './clickhouse-on.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** How to reach a ClickHouse. */
export interface ClickHouseOptions extends ClickHouseAccess {
  /**
   * `http(s)://user:password@host:8123/database` for a server; `chdb:/path/to/data` or `chdb::memory:` for ClickHouse in this process,
   * which needs the package `chdb`. One process can hold one data path at a time.
   */
  readonly url: string;
  /** Whether what is inserted travels gzipped; over HTTP only. Off if left out. */
  readonly compress?: boolean;
}

/** Longer than any deadline that callers set by signal, so that it is they who decide. */
const requestTimeout = 15 * 60_000;

/**
 * Opens a ClickHouse by its URL, with the official client. A server is not contacted yet.
 *
 * @throws MillraceError `bad_config` for another kind of URL, or when `chdb` is asked for and not installed.
 */
export const openClickHouse = async (options: ClickHouseOptions): Promise<ClickHouse> => {
  if (options.url.startsWith('chdb:')) return embedded(options.url.slice('chdb:'.length));
  const url = parsed(options.url);
  const client = createClient({
    ...accessOptions(url, options),
    request_timeout: requestTimeout,
    compression: { request: options.compress ?? false },
    application: 'millrace',
    log: { level: ClickHouseLogLevel.OFF },
  });
  return clickHouseOn(client, `${url.protocol}//${url.host}`);
};

const parsed = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  throw new MillraceError(
    'bad_config',
    `The ClickHouse URL must begin with http://, https:// or chdb: ; '${text.replace(/\/\/.*@/, '//…@')}' does not.`,
  );
};

const embedded = async (path: string): Promise<ClickHouse> => {
  const { createChdbConnection } = await loadChdb();
  // The same interface, from a copy of the client's types that chDB brings along.
  const connection = createChdbConnection({ path }) as unknown as Connection;
  return oneAtATime(clickHouseOn(createClient({ connection, log: { level: ClickHouseLogLevel.OFF } }), `chdb:${path}`));
};

type Connection = NonNullable<ClickHouseClientConfigOptions['connection']>;

const loadChdb = async (): Promise<typeof Chdb> => {
  try {
    return await import('chdb/connection');
  } catch (error) {
    const why = 'ClickHouse in this process needs the package chdb (540 MB on disk; Linux and macOS), which could not be loaded';
    throw new MillraceError('bad_config', `${why}: ${messageOf(error)}. Install it with: npm install chdb`, error);
  }
};
