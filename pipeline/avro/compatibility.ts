import type { CompatibilityLevel } from './registry-client.ts';
import { misfitText, resolutionMisfits } from './resolution-misfits.ts';
import type { Schema } from './schema.ts';

/** An earlier version of a schema. */
export interface EarlierVersion {
  readonly version: number;
  readonly schema: Schema;
}

/**
 * Why `next` may not follow the earlier versions (oldest first) under a compatibility level; empty when it may. Each message names the
 * version, the direction, the path and the reason.
 */
export const compatibilityProblems = (
  level: CompatibilityLevel,
  next: Schema,
  earlier: ReadonlyArray<EarlierVersion>,
): ReadonlyArray<string> => {
  const judges = level.endsWith('_TRANSITIVE') ? earlier : earlier.slice(-1);
  return judges.flatMap((old) => [
    ...(readsOld(level) ? told(`the new schema cannot read version ${old.version}`, next, old.schema) : []),
    ...(isReadByOld(level) ? told(`version ${old.version} cannot read the new schema`, old.schema, next) : []),
  ]);
};

const readsOld = (level: CompatibilityLevel): boolean => level.startsWith('BACKWARD') || level.startsWith('FULL');

const isReadByOld = (level: CompatibilityLevel): boolean => level.startsWith('FORWARD') || level.startsWith('FULL');

const told = (what: string, reader: Schema, writer: Schema): ReadonlyArray<string> =>
  resolutionMisfits(reader, writer).map((misfit) => `${what}: ${misfitText(misfit)}`);
