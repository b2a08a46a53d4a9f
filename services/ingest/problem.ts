import type { Refusal, RefusalCode } from './refusal.ts';

/** The media type of an answer that refuses (RFC 9457). */
export const problemType = 'application/problem+json';

/** Before a code, the `type` of a problem: a URI that names it and leads nowhere. */
export const problemUri = 'urn:millrace:problem:';

/** Says what each code of the API is, the same at each of its occurrences. */
const titles: Readonly<Record<RefusalCode, string>> = {
  invalid_json: 'The body is no JSON',
  missing_field: 'A field is missing',
  unknown_field: 'There is no such field',
  invalid_field: 'A field is not valid',
  bad_request: 'The request is wrong',
  unauthenticated: 'The request has no valid credential',
  forbidden: 'The credential does not allow it',
  not_found: 'There is no such thing',
  method_not_allowed: 'The path does not take this method',
  idempotency_conflict: 'The key stands for other content',
  payload_too_large: 'The body or the record is too large',
  unsupported_media_type: 'The body has another form',
  rate_limited: 'The limit of the sender is reached',
  internal: 'The server has a defect',
  redaction_failed: 'A rule of redaction failed',
  overloaded: 'There is no room',
  unavailable: 'The log does not confirm',
  shutting_down: 'This process ends',
};

const isCode = (code: string): code is RefusalCode => code in titles;

const titleOf = (code: string): string => (isCode(code) ? titles[code] : 'A rule is broken');

/**
 * A refusal as problem details (RFC 9457): `detail` is for people, `code` for programs, `path` the JSON pointer of the field that is meant,
 * `retry_after_ms` when it is worth to come again.
 */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly path?: string;
  readonly retry_after_ms?: number;
}

/** The body of an answer that refuses, and of the result of an item of a batch. */
export const problemOf = ({ status, code, message, path, retryAfterMs }: Refusal): Problem => ({
  type: `${problemUri}${code}`,
  title: titleOf(code),
  status,
  detail: message,
  code,
  ...(path === undefined ? {} : { path }),
  ...(retryAfterMs === undefined ? {} : { retry_after_ms: retryAfterMs }),
});
