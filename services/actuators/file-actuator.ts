import { mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { messageOf, MillraceError } from '../../pipeline/core/errors.ts';
import type { ModelCommand } from '../../schemas/generated/model-command.ts';
import { type Actuator, applied, conflict, noTarget, type Outcome } from './actuator.ts';
import type { SettingsOf } from './actuator-settings.ts';
import { jsonIn } from './http-peer.ts';

/** What a file holds that says which version of a model serves. */
const current = z.object({ version: z.string() });

const synced = async (place: string, flags: string, text?: string): Promise<void> => {
  const handle = await open(place, flags);
  try {
    if (text !== undefined) await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Puts a text in place of a file: whoever reads sees the old one or the new one whole, and after a power failure one of them is there. */
const replaced = async (file: string, text: string): Promise<void> => {
  const staged = `${file}.tmp`;
  await synced(staged, 'w', text);
  await rename(staged, file);
  await synced(path.dirname(file), 'r');
};

/** The version that a file names: empty if it names none, `undefined` if there is no file. */
const versionIn = async (file: string): Promise<string | undefined> => {
  try {
    return current.safeParse(jsonIn(await readFile(file, 'utf8'))).data?.version ?? '';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
};

/**
 * Writes which version of a model serves into a JSON file of the folder, one for each model. A file that is not there yet is made; one that
 * names another version than the one to leave is left alone.
 */
class FileActuator implements Actuator {
  readonly kinds = ['ROLLBACK', 'PROMOTE'] as const;
  readonly #settings: SettingsOf<'file'>;

  constructor(settings: SettingsOf<'file'>) {
    this.#settings = settings;
  }

  async prepare(): Promise<void> {
    await mkdir(this.#settings.folder, { recursive: true }).catch((error: unknown) => {
      throw new MillraceError('bad_config', `the folder of a file actuator cannot be made: ${messageOf(error)}`, error);
    });
  }

  async apply(command: ModelCommand, signal: AbortSignal): Promise<Outcome> {
    signal.throwIfAborted();
    try {
      return await this.#written(command);
    } catch (error) {
      throw new MillraceError('receiver_unavailable', `the file cannot be read or written: ${messageOf(error)}`, error);
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #written({ command_id, model_name, kind, from_version, to_version }: ModelCommand): Promise<Outcome> {
    if (to_version === null) return noTarget;
    const { folder, models } = this.#settings;
    const file = path.join(folder, `${encodeURIComponent(models?.[model_name] ?? model_name)}.json`);
    const found = await versionIn(file);
    if (found === to_version) return applied(`the file named ${to_version} already`);
    if (found !== undefined && found !== from_version)
      return conflict(`the file names ${found === '' ? 'no version' : found}, not ${from_version}: it was left as it is`);
    await replaced(file, `${JSON.stringify({ model_name, version: to_version, from_version, kind, command_id })}\n`);
    return applied(`the file names ${to_version} now`);
  }
}

/** Makes an actuator that keeps a file for each model with the version that serves. */
export const fileActuator = (settings: SettingsOf<'file'>): Actuator => new FileActuator(settings);
