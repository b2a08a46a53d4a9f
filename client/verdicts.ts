import { ClientError, type ClientErrorCode } from './client-error.ts';
import { at, textAt, type Answer } from './connection.ts';

/** What an answer means for one item. `split`: the request was too large, the item may not be. */
export type Verdict =
  | { readonly is: 'accepted'; readonly id: string }
  | { readonly is: 'refused'; readonly error: ClientError }
  | { readonly is: 'again'; readonly error: ClientError; readonly afterMs: number }
  | { readonly is: 'split' };

/** Time-out, too early, too many: of the answers below 500, those that may be another one later. */
const passing = new Set([408, 425, 429]);

const isPassing = (status: number): boolean => status >= 500 || passing.has(status);

const codeOf = (status: number): ClientErrorCode => {
  if (isPassing(status)) return 'unavailable';
  const codes: Readonly<Record<number, ClientErrorCode>> = {
    401: 'unauthorized',
    403: 'unauthorized',
    404: 'not_found',
    409: 'conflict',
    413: 'too_large',
  };
  return codes[status] ?? 'refused';
};

const isRedirect = (status: number): boolean => status === 0 || (status >= 300 && status < 400);

const sentence = (status: number, told: string | undefined): string => {
  if (isRedirect(status)) return 'The API redirects: set url to where it is.';
  return told === undefined ? `The API answered with ${status}.` : `The API answered with ${status}: ${told}`;
};

/** The error that an answer or the result of an item is. `clear` takes secrets out of what the API said. */
export const errorOf = (status: number, body: unknown, clear: (text: string) => string): ClientError => {
  const told = textAt(body, 'detail');
  return new ClientError(codeOf(status), sentence(status, told === undefined ? undefined : clear(told)), {
    status,
    reason: textAt(body, 'code'),
    path: textAt(body, 'path'),
  });
};

const again = (error: ClientError, afterMs: number | undefined): Verdict => ({ is: 'again', error, afterMs: afterMs ?? 0 });

const verdictOn = (result: unknown, clear: (text: string) => string): Verdict => {
  const [status, id] = [at(result, 'status'), textAt(result, 'id')];
  if (typeof status !== 'number') return again(new ClientError('unavailable', 'The API gave a result without a status.'), 0);
  if (status < 300 && id !== undefined) return { is: 'accepted', id };
  const error = errorOf(status, result, clear);
  const afterMs = at(result, 'retry_after_ms');
  return error.retryable ? again(error, typeof afterMs === 'number' ? afterMs : 0) : { is: 'refused', error };
};

/** The answer to a single item that was accepted, as a batch has it; any other answer as it is. */
export const asBatch = (answer: Answer): Answer => {
  const { status, body } = answer;
  const id = textAt(body, 'id');
  return status < 300 && id !== undefined ? { ...answer, body: { results: [{ status, id }] } } : answer;
};

/** What the answer to a batch means for each of its items. An answer that is not the API's (a proxy's, a login page) is as good as none. */
export const verdictsOf = (answer: Answer, count: number, clear: (text: string) => string): ReadonlyArray<Verdict> => {
  const all = (verdict: Verdict): ReadonlyArray<Verdict> => Array.from({ length: count }, () => verdict);
  if (answer.status < 200 || answer.status >= 300) {
    const error = errorOf(answer.status, answer.body, clear);
    return all(error.retryable ? again(error, answer.retryAfterMs) : { is: 'refused', error });
  }
  const results = at(answer.body, 'results');
  if (Array.isArray(results) && results.length === count) return results.map((result) => verdictOn(result, clear));
  const { status } = answer;
  return all(again(new ClientError('unavailable', 'The answer is not one of the API: is url right?', { status }), answer.retryAfterMs));
};
