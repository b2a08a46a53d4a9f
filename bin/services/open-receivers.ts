import { readFile } from 'node:fs/promises';
import { MillraceError, messageOf } from '../../pipeline/core/errors.ts';
import { type Receivers, readReceivers } from '../../pipeline/http-delivery/receiver-settings.ts';
import type { Settings } from '../cli/setting-table.ts';

/** Reads where endpoints are; none without the setting. Throws `bad_config` with every mistake in the file. */
export const openReceivers = async ({ endpoints }: Pick<Settings, 'endpoints'>): Promise<Receivers> => {
  if (endpoints === undefined) return {};
  const text = await readFile(endpoints, 'utf8').catch((error: unknown) => {
    throw new MillraceError('bad_config', `--endpoints (MILLRACE_ENDPOINTS) cannot be read: ${messageOf(error)}`, error);
  });
  return readReceivers(text, endpoints);
};
