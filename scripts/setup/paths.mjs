import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** What set-up leaves behind for the other scripts; it goes away with node_modules. */
export const localCache = path.join(root, 'node_modules', '.cache', 'millrace');

/** What a second clone can use again: binaries, Maven artifacts, the Python environment. MILLRACE_CACHE moves it. */
export const sharedCache =
  process.env.MILLRACE_CACHE ?? path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'millrace');

/**
 * Makes a folder of the shared cache, whole or not at all: `fill` is given a temporary folder, which is moved into place when it is
 * done. Returns the folder's path. Two set-ups at once both fill; the second finds the place taken and uses what is there.
 */
export const cachedFolder = async (name, fill) => {
  const target = path.join(sharedCache, name);
  if (existsSync(target)) return target;
  const staging = `${target}.${process.pid}.tmp`;
  mkdirSync(staging, { recursive: true });
  try {
    await fill(staging);
    if (!existsSync(target)) renameSync(staging, target);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  return target;
};
