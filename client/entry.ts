import type { ClientError } from './client-error.ts';

/** What is sent: each kind has a path, a buffer and an order of its own. */
export type Kind = 'feedback' | 'inference';

/** The API's word that an item is in its log. */
export interface Accepted {
  /** The id under which the API knows it; the same for every repeat under the same key. */
  readonly id: string;
  readonly idempotencyKey: string;
}

/** An item that was not accepted. */
export interface Failure {
  readonly kind: Kind;
  readonly error: ClientError;
  /** The item as JSON with its idempotency key, as it was sent or would have been: whoever keeps it can send it later. Empty for `bad_value`. */
  readonly item: string;
}

/** An item on its way. Its JSON is made once, so that each attempt has the same bytes. */
export interface Entry {
  readonly key: string;
  /** Empty if it cannot be written. */
  readonly json: string;
  readonly bytes: number;
  /** When it was given, by the monotonic clock, in ms. */
  readonly givenAt: number;
  /** Settles with the answer. */
  readonly answer: Promise<Accepted>;
  accept(id: string): void;
  refuse(error: ClientError): void;
}

const encoder = new TextEncoder();

/** Empty if the item cannot be written. */
const jsonOf = (item: object): string => {
  try {
    return JSON.stringify(item);
  } catch {
    return '';
  }
};

/** Makes an entry of a payload. A rejection of its answer that nobody awaits ends no process. */
export const entryOf = (payload: object, key: string, givenAt: number): Entry => {
  const json = jsonOf({ ...payload, idempotency_key: key });
  let accept: Entry['accept'] = () => undefined;
  let refuse: Entry['refuse'] = () => undefined;
  const answer = new Promise<Accepted>((resolve, reject) => {
    accept = (id) => resolve({ id, idempotencyKey: key });
    refuse = reject;
  });
  answer.catch(() => undefined);
  return { key, json, bytes: encoder.encode(json).length, givenAt, answer, accept, refuse };
};

/** The body of a request for many. */
export const bodyOf = (entries: ReadonlyArray<Entry>): string => `{"items":[${entries.map(({ json }) => json).join(',')}]}`;

/** Bytes of a body without items. */
const emptyBody = '{"items":[]}'.length;

/** The most bytes that a body can have, whose items have so many in all. */
export const bodyBytes = (items: number, bytes: number): number => emptyBody + bytes + items;
