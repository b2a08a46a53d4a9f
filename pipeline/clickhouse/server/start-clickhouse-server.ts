import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MillraceError } from '../../core/errors.ts';

/** A ClickHouse server in a process of its own, on a data path that outlives it. */
export interface ClickHouseServer {
  /** The same after every restart. */
  readonly url: string;
  /** Undefined while it is down. */
  readonly pid: number | undefined;
  /** SIGKILL: it ends where it stands. */
  kill(): Promise<void>;
  /** Ends it when the queries that run have been answered. */
  stop(): Promise<void>;
  /** Starts it again after `kill` or `stop`, on the same data and port. */
  restart(): Promise<void>;
}

/** Where a server keeps its data, and its port; any that is free if left out. */
export interface ClickHouseServerOptions {
  readonly path: string;
  readonly port?: number;
}

const extension = path.extname(fileURLToPath(import.meta.url));
const entry = fileURLToPath(new URL(`./clickhouse-process${extension}`, import.meta.url));

/** chDB holds a thread of Node's pool for each query that runs. */
const env = { ...process.env, UV_THREADPOOL_SIZE: '16' };

/**
 * Starts chDB in a process of its own, behind ClickHouse's HTTP interface on the loopback: for demos and tests, where no server can be had.
 * It ends with the process that started it. Needs the package `chdb`.
 *
 * @throws MillraceError `table_unavailable` if it ends before it can be reached.
 */
export const startClickHouseServer = async (options: ClickHouseServerOptions): Promise<ClickHouseServer> => {
  let child: ChildProcess | undefined;
  const start = async (port: number): Promise<string> => {
    child = fork(entry, [options.path, String(port)], { env });
    return addressOf(child);
  };
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    const ending = child;
    child = undefined;
    if (ending === undefined || hasEnded(ending)) return;
    const ended = once(ending, 'exit');
    ending.kill(signal);
    await ended;
  };
  const url = await start(options.port ?? 0);
  return {
    url,
    get pid() {
      return child?.pid;
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    restart: async () => {
      await end('SIGTERM');
      await start(Number(new URL(url).port));
    },
  };
};

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

const addressOf = async (child: ChildProcess): Promise<string> => {
  const told = once(child, 'message').then(([message]) => String((message as { readonly url: unknown }).url));
  const ended = once(child, 'exit').then(([code, signal]: ReadonlyArray<unknown>) => {
    throw new MillraceError(
      'table_unavailable',
      `the ClickHouse process ended at its start (${String(signal ?? code)}); its output has the reason`,
    );
  });
  ended.catch(() => undefined);
  return Promise.race([told, ended]);
};
