import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { cpuOf } from '../processes/cpu-of.ts';
import type { Door } from './requests.ts';

/** An API in a process of its own. */
export interface Served {
  readonly door: Door;
  /** CPU time of all its threads so far, in ms. */
  readonly cpuMs: () => number;
  readonly end: () => Promise<void>;
}

interface Told {
  readonly url: string;
  readonly key: string;
}

/** The API as it is, or the same without the call to Kafka. */
export type ApiKind = 'whole' | 'bare';

/** Starts the API; resolves when it listens. It ends with this process. */
export const serve = async (
  kind: ApiKind,
  { brokers, registry }: { readonly brokers: string; readonly registry: string },
): Promise<Served> => {
  const args = ['--import', 'ts-blank-space/register', 'bench/ingest/api-run.ts', brokers, registry, kind];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, UV_THREADPOOL_SIZE: '16' } });
  const closed = once(child, 'close');
  const line = once(createInterface({ input: child.stdout }), 'line').then(([text]) => JSON.parse(String(text)) as Told);
  const told = await Promise.race([line, closed.then(() => undefined)]);
  if (told === undefined) throw new Error('the API ended before it listened');
  const { hostname, port } = new URL(told.url);
  return {
    door: { host: hostname, port: Number(port), key: told.key },
    cpuMs: () => cpuOf(child.pid ?? 0),
    end: async () => {
      child.stdin.end();
      await closed;
    },
  };
};
