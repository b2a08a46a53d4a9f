import type { MemoryFaults } from '../../../pipeline/cluster/memory/faults.ts';
import type { Clock } from '../../../pipeline/core/ports/clock.ts';
import type { Log } from '../../../pipeline/core/ports/log.ts';
import { systemClock } from '../../../pipeline/runtime/system-clock.ts';
import type { Topic } from '../../../pipeline/core/topic.ts';
import { prometheusMeter } from '../../../pipeline/runtime/prometheus-meter.ts';
import type { Scope } from '../../../services/ingest/auth/key-file.ts';
import type { AuthPorts } from '../../../services/ingest/auth/authenticate.ts';
import { KeyRing } from '../../../services/ingest/auth/key-ring.ts';
import { newKey } from '../../../services/ingest/auth/new-key.ts';
import { defaultIngestSettings, type IngestSettings } from '../../../services/ingest/ingest-settings.ts';
import { type Ingest, type IngestPorts, startIngest } from '../../../services/ingest/start-ingest.ts';
import { preparedCluster, type Put } from './prepared-cluster.ts';

/** An answer of the API. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The problem that the answer has. */
export const errorOf = ({ body }: Answer): Readonly<Record<string, unknown>> => body;

/** An API on a cluster in memory, with keys of two tenants. */
export interface Scene {
  readonly ingest: Ingest;
  readonly keys: Readonly<Record<'acme' | 'globex' | 'reader', string>>;
  /** All that was logged, as text. */
  readonly logged: () => string;
  readonly scrape: () => Promise<string>;
  /** Posts JSON as acme, without a network. */
  readonly post: (path: string, body: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
  /** The values that a topic has. */
  readonly values: <T>(topic: Topic<T>) => Promise<ReadonlyArray<T>>;
  /** Writes values into a topic. */
  readonly put: Put;
  readonly close: () => Promise<void>;
}

interface SceneOptions {
  readonly settings?: Partial<IngestSettings>;
  readonly auth?: Partial<AuthPorts>;
  readonly ports?: Partial<IngestPorts>;
  readonly faults?: MemoryFaults;
  readonly clock?: Clock;
  /** The topics are not made. */
  readonly bare?: boolean;
}

const keyOf = (tenant: string, scopes: ReadonlyArray<Scope>): ReturnType<typeof newKey> => newKey({ tenant, scopes, now: 0 });
const writing = ['write_feedback', 'write_inference'] as const;

const listLog = (lines: unknown[]): Log => {
  const tell = (fields: unknown, message: string): void => void lines.push([fields, message]);
  return { debug: tell, info: tell, warn: tell, error: tell };
};

/** Starts one on a free port. */
export const openScene = async ({
  settings = {},
  auth = {},
  ports = {},
  faults,
  clock = systemClock,
  bare = false,
}: SceneOptions = {}): Promise<Scene> => {
  const { cluster, wire, put } = await preparedCluster(clock, faults, bare);
  const lines: unknown[] = [];
  const [acme, globex, reader] = [keyOf('acme', writing), keyOf('globex', writing), keyOf('acme', ['read'])];
  const ring = new KeyRing([acme.stored, globex.stored, reader.stored]);
  const meter = prometheusMeter();
  const ingest = await startIngest(
    { cluster: cluster.connect('ingest'), wire, clock, log: listLog(lines), meter, ring: () => ring, ...auth, ...ports },
    { ...defaultIngestSettings, rates: {}, address: { host: '127.0.0.1', port: 0 }, ...settings },
  );
  const post: Scene['post'] = async (path, body, headers = {}) => {
    const sent = { authorization: `Bearer ${acme.key}`, 'content-type': 'application/json', ...headers };
    const payload = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await ingest.app.inject({ method: 'POST', url: path, headers: sent, payload });
    return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
  };
  const values: Scene['values'] = async ({ name, type }) => {
    const reader = await cluster.reader('committed');
    await reader.assign([{ topic: name, partition: 0, offset: 0 }]);
    const records = await reader.poll(10_000, 0);
    await reader.close();
    return records.map(({ value }) => type.decode(value!.subarray(5)));
  };
  return {
    ingest,
    keys: { acme: acme.key, globex: globex.key, reader: reader.key },
    logged: () => JSON.stringify(lines),
    scrape: () => meter.scrape(),
    post,
    values,
    put,
    close: async () => {
      await ingest.stop();
      await cluster.close();
    },
  };
};

/** A promise that is settled from outside. */
export const gate = (): { readonly opened: Promise<void>; readonly open: () => void } => {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
};
