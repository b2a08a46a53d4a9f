import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './free-port.ts';
import { ready, startLeashed, type Leashed } from './leashed.ts';
import { prepared } from './prepared.ts';
import { skipBecause } from './skip-because.ts';

/** A real MLflow server of one process on the loopback address, whose data outlives `kill` but not `close`. */
export interface Mlflow {
  /** Stays the same through restarts. */
  readonly url: string;
  /** A call of its REST API 2.0, past whatever stands before it. Throws on any answer but 200. */
  readonly call: (method: 'GET' | 'POST', path: string, body?: object) => Promise<unknown>;
  readonly kill: () => Promise<void>;
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const healthy = async (url: string): Promise<boolean> => {
  try {
    const response = await fetch(`${url}/health`);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
};

/** `mlflow server` keeps its worker in a process of its own, which would outlive a kill: so the worker is started as it does it. */
const command = (python: string, folder: string, port: number): ReadonlyArray<string> => {
  const store = `sqlite:///${path.join(folder, 'mlflow.db')}`;
  const settings = [
    `_MLFLOW_SERVER_FILE_STORE=${store}`,
    `_MLFLOW_SERVER_REGISTRY_STORE=${store}`,
    `_MLFLOW_SERVER_ARTIFACT_ROOT=${path.join(folder, 'artifacts')}`,
    'MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false',
    'MLFLOW_DISABLE_TELEMETRY=true',
    'DO_NOT_TRACK=true',
  ];
  const server = [python, '-m', 'uvicorn', '--host', '127.0.0.1', '--port', String(port), 'mlflow.server.fastapi_app:app'];
  return ['env', ...settings, ...server];
};

/** Starts an MLflow server of its own. Takes about ten seconds. Skips the test or suite, with the reason, where there is none. */
export const mlflowFor = async (context: Mocha.Context): Promise<Mlflow> => {
  const found = prepared('mlflow');
  if ('missing' in found) return skipBecause(context, `an MLflow server: ${found.missing}`);
  const folder = await mkdtemp(path.join(tmpdir(), 'millrace-mlflow-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const serve = async (): Promise<Leashed> =>
    ready(await startLeashed(command(found.path, folder, port), path.join(folder, 'mlflow.log')), () => healthy(url));
  let server = await serve();
  return {
    url,
    call: async (method, place, body) => {
      const sent = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
      const response = await fetch(`${url}/api/2.0/mlflow/${place}`, { method, ...sent });
      const text = await response.text();
      if (response.status !== 200) throw new Error(`MLflow answers ${response.status} to ${place}: ${text}`);
      return JSON.parse(text) as unknown;
    },
    kill: () => server.end('SIGKILL'),
    restart: async () => {
      server = await serve();
    },
    close: async () => {
      await server.end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
};
