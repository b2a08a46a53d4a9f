import { createHmac } from 'node:crypto';
import type { FieldPath, RedactionRule } from './rule-file.ts';

/** Takes out of a body what rules say. Throws where a rule fails: then nothing of the body may be written. */
export interface Redactor {
  /** The body without it; the given one is not changed. */
  readonly body: (given: unknown) => unknown;
  /** The same for the idempotency key of a header, which stands in the log as the field does. */
  readonly key: (given: string) => string;
}

type Json = Record<string, unknown>;

const hashLength = 16;
const longHashLength = 32;

/** Fields that say what a record is, or which one: two that differ may not become one. What is found in them is hashed as a whole. */
const naming: ReadonlySet<string> = new Set([
  'id',
  'idempotency_key',
  'inference_id',
  'inference_request_id',
  'session_id',
  'episode_id',
  'candidate_id',
  'preferred_output_id',
  'rejected_output_ids',
  'ranking',
]);

/** Fields whose form is checked, so that nothing else stands in them. */
const formal: ReadonlySet<string> = new Set([
  'feedback_type',
  'source',
  'event_time',
  'sent_time',
  'started',
  'ended',
  'status',
  'signal',
  'trace_id',
  'span_id',
  'sha256',
]);

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const dropped = Symbol('dropped');

const isMet = (field: FieldPath, path: FieldPath): boolean =>
  field.length === path.length && field.every((step, at) => step === '*' || step === path[at]);

const isWithin = (field: FieldPath, path: FieldPath): boolean => isMet(field, path.slice(0, field.length));

const nameOf = (path: FieldPath): string => path.findLast((step) => !/^\d+$/.test(step)) ?? '';

const hashed = (text: string, secret: string, length: number): string =>
  createHmac('sha256', secret).update(text).digest('hex').slice(0, length);

/** Puts something in place of each span of a text. */
const replaced = (text: string, spans: ReadonlyArray<readonly [number, number]>, put: (found: string) => string): string => {
  let [out, at] = ['', 0];
  for (const [start, end] of spans) {
    out += text.slice(at, start) + put(text.slice(start, end));
    at = end;
  }
  return out + text.slice(at);
};

/** A rule beside the secret that it hashes with. */
interface Work {
  readonly rule: RedactionRule;
  readonly secret: string;
}

/** A value that a rule for a field is about, as a whole. What is no text cannot be masked or hashed, and goes. */
const wholeOf = (value: unknown, path: FieldPath, { rule, secret }: Work): unknown => {
  if (typeof value !== 'string' || rule.action === 'drop') return dropped;
  return rule.action === 'hash' || naming.has(nameOf(path)) ? hashed(value, secret, longHashLength) : '[redacted]';
};

const markOf = (name: string, found: string, { rule, secret }: Work): string =>
  rule.action === 'mask' ? `[${name}]` : `[${name}:${hashed(found.toLowerCase(), secret, hashLength)}]`;

/** A text without what a pattern finds in it. */
const inText = (text: string, path: FieldPath, work: Work): unknown => {
  const { pattern, action } = work.rule;
  if (pattern === undefined || formal.has(nameOf(path)) || uuid.test(text)) return text;
  const spans = pattern.find(text);
  if (spans.length === 0) return text;
  if (naming.has(nameOf(path))) return hashed(text, work.secret, longHashLength);
  return action === 'drop' ? dropped : replaced(text, spans, (found) => markOf(pattern.name, found, work));
};

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/** Nothing that the API takes is so deep; what is deeper is refused by the check. */
const deepest = 32;

const isWhole = ({ fields, pattern }: RedactionRule, path: FieldPath): boolean =>
  pattern === undefined && fields?.some((field) => isMet(field, path)) === true;

const isMeant = ({ fields }: RedactionRule, path: FieldPath): boolean => fields?.some((field) => isWithin(field, path)) ?? true;

const walked = (value: unknown, path: FieldPath, work: Work): unknown => {
  if (path.length > deepest) return null;
  if (isWhole(work.rule, path)) return wholeOf(value, path, work);
  if (Array.isArray(value)) return value.map((item, at) => walked(item, [...path, String(at)], work)).filter((item) => item !== dropped);
  if (isJson(value)) return walkedObject(value, path, work);
  return typeof value === 'string' && isMeant(work.rule, path) ? inText(value, path, work) : value;
};

const walkedObject = (value: Json, path: FieldPath, work: Work): Json => {
  const kept = Object.entries(value).map(([name, item]) => [name, walked(item, [...path, name], work)] as const);
  return Object.fromEntries(kept.filter(([, item]) => item !== dropped));
};

/** Makes a redactor of rules, which are applied in their order. `secret`: what hashes are keyed with. */
export const redactor = (rules: ReadonlyArray<RedactionRule>, secret: string): Redactor => {
  const body = (given: unknown): unknown => rules.reduce((left, rule) => walked(left, [], { rule, secret }), given);
  return {
    body,
    key: (given) => {
      const redacted = body({ idempotency_key: given });
      const key = isJson(redacted) ? redacted.idempotency_key : undefined;
      // A key that is dropped would make two requests of one.
      return typeof key === 'string' ? key : hashed(given, secret, longHashLength);
    },
  };
};
