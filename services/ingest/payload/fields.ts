import { Type } from 'typebox';

const text = (description: string, maxLength = 256): Type.TOptional<Type.TString> =>
  Type.Optional(Type.String({ minLength: 1, maxLength, description }));

const time = (description: string): Type.TOptional<Type.TString> =>
  Type.Optional(Type.String({ format: 'date-time', maxLength: 40, description: `${description} RFC 3339, to the microsecond.` }));

/** What makes two requests one. */
const identity = {
  id: text('An id of the client for this record: two requests with the same id are one. Used where there is no idempotency key.', 200),
  idempotency_key: text('The key under which the client repeats this record. A header Idempotency-Key says the same and wins.', 200),
};

const labels = Type.Record(Type.String(), Type.String({ maxLength: 4_096 }));

/** A map whose values are texts, numbers or truth values. */
const scalars = Type.Record(Type.String(), Type.Union([Type.String({ maxLength: 4_096 }), Type.Number(), Type.Boolean()]));

/** Fragments of schemas that feedback and inferences share. */
export const fields = { text, time, identity, labels, scalars };

/** No field but those that are named. */
export const closed = { additionalProperties: false } as const;
