import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './free-port.ts';
import { ready, startLeashed } from './leashed.ts';
import { prepared } from './prepared.ts';
import { skipBecause } from './skip-because.ts';

/** A real schema registry, in memory, on the loopback address. */
export interface Registry {
  /** The base of Confluent's API: `${url}/subjects` lists the subjects. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

const answers = async (url: string): Promise<boolean> => {
  try {
    const response = await fetch(`${url}/subjects`);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
};

/** Starts an Apicurio Registry of its own; its default compatibility is NONE. Takes about five seconds. */
export const startRegistry = async (): Promise<Registry> => {
  const found = prepared('registry');
  if ('missing' in found) throw new Error(`Apicurio Registry: ${found.missing}`);
  const jar = (await readdir(found.path)).find((name) => name.endsWith('-runner.jar'));
  if (jar === undefined) throw new Error(`${found.path} holds no runner jar: remove it and run npm run setup -- --test`);
  const folder = await mkdtemp(path.join(tmpdir(), 'millrace-registry-'));
  const port = await freePort();
  const options = ['-Xms64m', '-Xmx512m', '-Dquarkus.http.host=127.0.0.1', `-Dquarkus.http.port=${port}`];
  const program = await startLeashed(['java', ...options, '-jar', path.join(found.path, jar)], path.join(folder, 'registry.log'));
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`;
  await ready(program, () => answers(url));
  return {
    url,
    close: async () => {
      await program.end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
};

let shared: Promise<Registry> | undefined;

/**
 * The base URL of Confluent's API of the registry that all tests of a run share: the one that MILLRACE_TEST_REGISTRY names, else one
 * that is started on first use. Skips the test or suite, with the reason, where there is none. Each test uses subjects of its own.
 */
export const registryFor = async (context: Mocha.Context): Promise<string> => {
  const external = process.env.MILLRACE_TEST_REGISTRY;
  if (external !== undefined) return external;
  const found = prepared('registry');
  if ('missing' in found) return skipBecause(context, `Apicurio Registry: ${found.missing}`);
  context.timeout(90_000);
  shared ??= startRegistry();
  return (await shared).url;
};

/** Ends the shared registry, if one was started. */
export const closeSharedRegistry = async (): Promise<void> => {
  const registry = shared;
  shared = undefined;
  if (registry !== undefined) await (await registry).close();
};
