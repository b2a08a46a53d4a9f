import avro, { type Schema as AvscSchema } from 'avsc';
import { messageOf } from '../../core/errors.ts';
import { canonicalSchema } from '../canonical-schema.ts';
import { collectNames, resolveSchema, schemaNames } from '../parse-schema.ts';
import type { Schema } from '../schema.ts';
import { RegistryError } from './registry-error.ts';

/** A schema as the registry keeps it: the text that it is compared and given out by, and the graph. */
export interface ReadSchema {
  readonly text: string;
  readonly schema: Schema;
}

/**
 * Reads a schema that somebody wants to register. Those that it refers to are built in, so that it stands for itself.
 * Throws `RegistryError` 42201 for what is no valid Avro schema, defaults included.
 */
export const readRegistered = (text: string, references: ReadonlyArray<string>): ReadSchema => {
  try {
    const names = schemaNames();
    for (const reference of new Set(references)) collectNames(JSON.parse(reference), names);
    const json: unknown = JSON.parse(text);
    collectNames(json, names);
    const schema = resolveSchema(json, names);
    const canonical = canonicalSchema(schema);
    avro.Type.forSchema(JSON.parse(canonical) as AvscSchema);
    return { text: canonical, schema };
  } catch (error) {
    throw new RegistryError(42201, `Invalid schema: ${messageOf(error)}`);
  }
};
