import { runMillrace } from '../../support/millrace.ts';
import { tenants } from './client.ts';

/** What a command of `millrace` printed; throws if it did not end well. */
export const made = async (args: ReadonlyArray<string>): Promise<string> => {
  const { code, stdout, stderr } = await runMillrace(args);
  if (code !== 0) throw new Error(`millrace ${args.slice(0, 2).join(' ')} ended with ${code}:\n${stderr}`);
  return stdout.trim();
};

/** Makes a file of API keys, one for each tenant; by tenant. */
export const makeKeys = async (file: string): Promise<ReadonlyMap<string, string>> => {
  const keys = new Map<string, string>();
  for (const tenant of tenants) {
    const scopes = ['--scope', 'write_feedback', '--scope', 'write_inference'];
    keys.set(tenant, await made(['ingest', 'keys', 'create', '--keys', file, '--tenant', tenant, ...scopes]));
  }
  return keys;
};
