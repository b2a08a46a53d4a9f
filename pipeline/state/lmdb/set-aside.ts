import { renameSync, rmSync } from 'node:fs';

/** Moves the folder of a store out of the way, in the place of what was set aside before, and returns where it is now. */
export const setAside = (folder: string): string => {
  const aside = `${folder}.set-aside`;
  rmSync(aside, { recursive: true, force: true });
  renameSync(folder, aside);
  return aside;
};
