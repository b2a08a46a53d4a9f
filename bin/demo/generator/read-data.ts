import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { MillraceError, messageOf } from '../../../pipeline/core/errors.ts';
import type { FileRows } from './file-rows.ts';
import { type Impression, readBandit } from './read-bandit.ts';
import { type Prediction, readDigits } from './read-digits.ts';

/** Both data sets, each in file order. */
export interface RealData {
  readonly digits: ReadonlyArray<Prediction>;
  readonly bandit: ReadonlyArray<Impression>;
}

const digitsFile = 'digits-predictions.jsonl.gz';
const banditFile = 'open-bandit-men.csv.gz';
const shown = 10;

const textOf = (directory: string, file: string): string => {
  try {
    return gunzipSync(readFileSync(path.join(directory, file))).toString('utf8');
  } catch (error) {
    throw new MillraceError('bad_config', `${file} in ${directory} cannot be read as gzip: ${messageOf(error)}`, error);
  }
};

const complaints = (file: string, { rows, problems }: FileRows<unknown>): ReadonlyArray<string> => {
  const lines = problems.slice(0, shown).map(({ line, reason }) => `${file}:${line}: ${reason}`);
  if (problems.length > shown) lines.push(`${file}: ${problems.length - shown} more lines do not fit`);
  return rows.length === 0 && lines.length === 0 ? [`${file}: there is no row`] : lines;
};

/**
 * Reads both data files of a folder.
 *
 * Throws `MillraceError` `bad_config` that names file, line and reason of what does not fit; the form is in data/README.md.
 */
export const readData = (directory: string): RealData => {
  const digits = readDigits(textOf(directory, digitsFile));
  const bandit = readBandit(textOf(directory, banditFile));
  const wrong = [...complaints(digitsFile, digits), ...complaints(banditFile, bandit)];
  if (wrong.length > 0)
    throw new MillraceError('bad_config', `The data in ${directory} does not have the form of data/README.md:\n${wrong.join('\n')}`);
  return { digits: digits.rows, bandit: bandit.rows };
};
