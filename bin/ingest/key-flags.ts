import { MillraceError } from '../../pipeline/core/errors.ts';
import { tenantName } from '../../services/ingest/auth/stored-file.ts';

/** A day in ms. */
export const day = 86_400_000;

/** Reads `--days`. Throws `bad_config`. */
export const daysOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new MillraceError('bad_config', `--days is "${text}"; it takes a whole number from 1 to 99999`);
  return Number(text);
};

/** Reads `--tenant`. Throws `bad_config`. */
export const tenantOf = (text: string): string => {
  if (!tenantName.test(text)) throw new MillraceError('bad_config', `--tenant is "${text}"; it takes letters, digits, ".", "_" and "-"`);
  return text;
};
