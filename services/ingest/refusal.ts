/** Why the API does not take something, as it is told to a client. A message names fields and limits, never what was sent. */
export interface Refusal {
  /** Of HTTP. */
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** JSON pointer of the field that is meant, e.g. `/user_context/locale`. */
  readonly path?: string | undefined;
  /** After how many ms it is worth to come again. */
  readonly retryAfterMs?: number | undefined;
}

/** The codes that the API itself has, with their status. Beside them stand the codes of the rules for feedback (docs/rules.md), as 422. */
export const refusalStatus = {
  invalid_json: 400,
  missing_field: 400,
  unknown_field: 400,
  invalid_field: 400,
  bad_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  idempotency_conflict: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  internal: 500,
  redaction_failed: 500,
  overloaded: 503,
  unavailable: 503,
  shutting_down: 503,
} as const;

/** A code of the API. */
export type RefusalCode = keyof typeof refusalStatus;

/** The status of what breaks a rule for feedback. */
export const ruleStatus = 422;

/** What else a refusal may tell. */
type More = Pick<Refusal, 'path' | 'retryAfterMs'>;

/** A refusal with one of the API's own codes. */
export const refusal = (code: RefusalCode, message: string, more: More = {}): Refusal => ({
  status: refusalStatus[code],
  code,
  message,
  ...more,
});

/** What came of a record: the id under which the log has it, or why it was not taken. */
export type Outcome = { readonly status: 202; readonly id: string } | Refusal;

/** Whether it was not taken. */
export const isRefusal = (outcome: Outcome): outcome is Refusal => 'code' in outcome;
