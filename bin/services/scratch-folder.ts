import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A folder that goes with the process. */
export interface ScratchFolder {
  readonly path: string;
  readonly remove: () => void;
}

/** Makes a temporary folder. It is removed by `remove`, and at the latest when the process exits, unless that is killed. */
export const scratchFolder = (name: string): ScratchFolder => {
  const folder = mkdtempSync(path.join(tmpdir(), `millrace-${name}-`));
  const drop = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', drop);
  return {
    path: folder,
    remove: () => {
      process.off('exit', drop);
      drop();
    },
  };
};
