import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

const own = new URL('../../data/', import.meta.url);

/** The data files of the project, with the lines of theirs that are no rows. */
const files: Readonly<Record<string, { readonly headers: number }>> = {
  'digits-predictions.jsonl.gz': { headers: 0 },
  'open-bandit-men.csv.gz': { headers: 1 },
};

/** Writes every `every`th row of the project's data into a folder, in files of the same names and form. Returns the folder. */
export const cutData = (folder: string, every: number): string => {
  mkdirSync(folder, { recursive: true });
  for (const [name, { headers }] of Object.entries(files)) {
    const lines = gunzipSync(readFileSync(new URL(name, own)))
      .toString()
      .split('\n')
      .filter((line) => line !== '');
    const kept = lines.filter((_, index) => index < headers || (index - headers) % every === 0);
    writeFileSync(path.join(folder, name), gzipSync(`${kept.join('\n')}\n`));
  }
  return folder;
};
