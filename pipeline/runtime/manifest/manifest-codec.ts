import { MillraceError, messageOf } from '../../core/errors.ts';
import type { DeclaredManifest, Manifest } from '../../core/manifest.ts';
import { dataText } from '../../core/plan-differences.ts';

const fields: ReadonlyArray<keyof Manifest> = ['description', 'reads', 'state', 'revision', 'writtenAt', 'begins', 'retired'];

const isManifest = (value: unknown): value is Manifest =>
  typeof value === 'object' && value !== null && 'format' in value && value.format === 1 && fields.every((field) => field in value);

/** A manifest as its topic holds it: JSON. */
export const encodeManifest = (manifest: Manifest): Buffer => Buffer.from(dataText(manifest));

/**
 * Reads a manifest back. `place` names where it stood, for the message.
 *
 * @throws MillraceError `state_mismatch` if it was written in a form that this version does not know.
 */
export const decodeManifest = (bytes: Buffer, place: string): Manifest => {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch (error) {
    throw new MillraceError('state_mismatch', `the manifest at ${place} is not JSON: ${messageOf(error)}`, error);
  }
  if (isManifest(value)) return value;
  throw new MillraceError('state_mismatch', `the manifest at ${place} has a form that this version of Millrace does not know`);
};

/** What is declared, as text: equal for equal declarations, read back or not. */
export const declaredText = ({ description, reads, state }: DeclaredManifest): string => dataText({ description, reads, state });
