/** The names of Avro's primitive types. */
export const primitiveNames = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const;

/** One of Avro's primitive types. */
export type PrimitiveName = (typeof primitiveNames)[number];

/** What a schema says beyond its structure, as it stands in the JSON: `logicalType`, `precision`, attributes of other tools. */
export type SchemaProps = Readonly<Record<string, unknown>>;

/** A primitive type, perhaps with a logical one on top (in `props`). */
export interface PrimitiveSchema {
  readonly kind: PrimitiveName;
  readonly props: SchemaProps;
}

/** A list of one type. */
export interface ArraySchema {
  readonly kind: 'array';
  readonly items: Schema;
  readonly props: SchemaProps;
}

/** A map from strings to one type. */
export interface MapSchema {
  readonly kind: 'map';
  readonly values: Schema;
  readonly props: SchemaProps;
}

/** A choice of types. */
export interface UnionSchema {
  readonly kind: 'union';
  readonly branches: ReadonlyArray<Schema>;
}

interface Named {
  /** Full name, with its namespace. */
  readonly name: string;
  /** Full names. */
  readonly aliases: ReadonlyArray<string>;
  readonly doc: string | undefined;
  readonly props: SchemaProps;
}

/** A choice of symbols; `default` stands for what a writer knew and this schema does not. */
export interface EnumSchema extends Named {
  readonly kind: 'enum';
  readonly symbols: ReadonlyArray<string>;
  readonly default: string | undefined;
}

/** A fixed number of bytes. */
export interface FixedSchema extends Named {
  readonly kind: 'fixed';
  readonly size: number;
}

/** A field of a record. */
export interface FieldSchema {
  readonly name: string;
  readonly aliases: ReadonlyArray<string>;
  readonly doc: string | undefined;
  readonly type: Schema;
  /** The default as JSON, boxed since `null` is one. */
  readonly default: { readonly json: unknown } | undefined;
  readonly props: SchemaProps;
}

/** Named fields in order. */
export interface RecordSchema extends Named {
  readonly kind: 'record';
  readonly fields: ReadonlyArray<FieldSchema>;
}

/** A type that has a name and is defined once: later uses are the same object. */
export type NamedSchema = RecordSchema | EnumSchema | FixedSchema;

/**
 * An Avro schema as a graph: names are resolved and full, a named type is one object however often it is used, and a recursive one
 * leads back to itself.
 */
export type Schema = PrimitiveSchema | ArraySchema | MapSchema | UnionSchema | NamedSchema;

/** The part of a full name after its last dot. */
export const localName = (fullName: string): string => fullName.slice(fullName.lastIndexOf('.') + 1);

/** The logical type that a schema carries, if any. */
export const logicalTypeOf = (schema: Schema): string | undefined => {
  const name = schema.kind === 'union' ? undefined : schema.props.logicalType;
  return typeof name === 'string' ? name : undefined;
};
