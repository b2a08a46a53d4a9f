import type { RecordType } from '../../../pipeline/core/record-type.ts';

/** A record type whose body is JSON, for tests of what only needs a schema and bytes. */
export const jsonType = <T>(schema: Readonly<Record<string, unknown>> & { readonly name: string }): RecordType<T> => ({
  name: schema.name,
  schema: JSON.stringify(schema),
  encode: (value) => Buffer.from(JSON.stringify(value)),
  decode: (bytes) => JSON.parse(bytes.toString()) as T,
  timeAt: () => () => undefined,
});
