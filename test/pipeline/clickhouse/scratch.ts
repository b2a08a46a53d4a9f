import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A folder that is there until `remove`. */
export interface Scratch {
  readonly path: string;
  remove(): void;
}

export const scratch = (): Scratch => {
  const folder = mkdtempSync(path.join(tmpdir(), 'millrace-clickhouse-'));
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
};
