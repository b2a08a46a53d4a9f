/** What each code of {@link ClientError} means, and what to do. */
export const clientErrors = {
  bad_options: 'The client was made with options that it does not accept. The message lists them all.',
  bad_value: 'The payload cannot be written as JSON: it holds a cycle or a bigint.',
  too_large: 'The item is larger than a request may be. Carry less in it, or refer to what is stored elsewhere.',
  buffer_full: 'The buffer is full, because the API is away or slower than the items come. The item was not sent.',
  closed: 'The client was closed before the API had answered. Whether the item arrived is unknown, unless it was never sent.',
  refused: 'The API does not accept the item. `reason` is its code, `path` the field. Sending it again does not help.',
  unauthorized: 'The API does not accept the key or the token, or it lacks the right. Nothing can be sent until that is corrected.',
  conflict: 'The API has the same idempotency key with another body.',
  not_found: 'The API does not know what was asked for.',
  unavailable: 'The API could not be reached, was overloaded or gave no usable answer for as long as the item is tried.',
} as const;

/** A code of {@link ClientError}. */
export type ClientErrorCode = keyof typeof clientErrors;

/** What is known of an error besides its code. */
export interface ClientErrorDetails {
  /** HTTP status of the last answer. */
  readonly status?: number | undefined;
  /** The code that the API gave. */
  readonly reason?: string | undefined;
  /** JSON Pointer to the field that the API does not accept. */
  readonly path?: string | undefined;
  /** The key under which the item may be sent again. */
  readonly idempotencyKey?: string | undefined;
  readonly cause?: unknown;
}

const passing: ReadonlySet<ClientErrorCode> = new Set(['buffer_full', 'closed', 'unavailable']);

/** The one error class of the client. Its message holds neither the API key nor the token. */
export class ClientError extends Error {
  readonly code: ClientErrorCode;
  readonly status: number | undefined;
  readonly reason: string | undefined;
  readonly path: string | undefined;
  readonly idempotencyKey: string | undefined;

  constructor(code: ClientErrorCode, message: string, details: ClientErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'ClientError';
    this.code = code;
    this.status = details.status;
    this.reason = details.reason;
    this.path = details.path;
    this.idempotencyKey = details.idempotencyKey;
  }

  /** Whether the same item can be accepted later. Send it under the same idempotency key: then it counts once. */
  get retryable(): boolean {
    return passing.has(this.code);
  }
}

/** The same error, of one item. */
export const ofItem = (error: ClientError, idempotencyKey: string): ClientError => {
  const { status, reason, path, cause } = error;
  return new ClientError(error.code, error.message, { status, reason, path, cause, idempotencyKey });
};
