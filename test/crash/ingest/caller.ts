import { systemClock } from '../../../pipeline/runtime/system-clock.ts';
import type { Draw } from '../../../pipeline/testing/draw.ts';
import type { Entry, Ledger } from './ledger.ts';

/** A record on its way: what is noted of it, and what is sent. */
export interface Sending {
  readonly entry: Entry;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a client calls the API with. */
export interface CallerParts {
  readonly ledger: Ledger;
  readonly draw: Draw;
  /** Where the replicas are now. */
  readonly urls: () => readonly [string, ...ReadonlyArray<string>];
  /** The API key of a tenant. */
  readonly keyOf: (tenant: string) => string;
}

/** What came of one record of a request. */
export interface Answered {
  readonly status: number;
  readonly id?: string;
}

/** Longer than the API takes at most. */
const patienceMs = 20_000;
const accepted = 202;
const many = 207;
const conflict = 409;
const unavailable = 503;
const tooMany = 429;

const paths = { feedback: '/v1/feedback', inference: '/v1/inferences' } as const;

interface Form {
  /** What stands behind the path of the kind. */
  readonly path: string;
  readonly json: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

const asBatch = (sendings: ReadonlyArray<Sending>): Form => ({
  path: ':batch',
  json: { items: sendings.map(({ body }) => body) },
  headers: {},
});

/** A single record has its key in the header, or in the body as those of a batch have. */
const asSingle = ({ entry, body }: Sending, draw: Draw): Form => {
  const { idempotency_key, ...bare } = body;
  if (idempotency_key === undefined || draw.chance(0.5)) return { path: '', json: body, headers: {} };
  return { path: '', json: bare, headers: { 'idempotency-key': entry.key } };
};

/** Whether nobody listened, so that the request was never sent. */
const isRefused = (error: unknown): boolean => {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  return typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ECONNREFUSED';
};

/** Calls the API until it has answered. What is not answered, or with 503, is sent again under the same key, to whichever replica the lot falls on. */
export class Caller {
  readonly #parts: CallerParts;

  constructor(parts: CallerParts) {
    this.#parts = parts;
  }

  /** Resolves when each of these, which are of one kind and tenant, has been answered 202. One goes singly, several as a batch. */
  async deliver(sendings: ReadonlyArray<Sending>): Promise<void> {
    let left = sendings;
    while (left.length > 0) {
      const answers = await this.once(left);
      if (answers === undefined) await systemClock.sleep(this.#parts.draw.whole(20, 300));
      else left = this.#leftOf(left, answers);
    }
  }

  /** One request; undefined if it was not answered. */
  async once(sendings: ReadonlyArray<Sending>): Promise<ReadonlyArray<Answered> | undefined> {
    const { ledger } = this.#parts;
    ledger.requests += 1;
    for (const { entry } of sendings) entry.attempts += 1;
    try {
      return await this.#call(sendings);
    } catch (error) {
      if (isRefused(error)) ledger.refused += 1;
      else ledger.cut(sendings.map(({ entry }) => entry));
      return undefined;
    }
  }

  #leftOf(sendings: ReadonlyArray<Sending>, answers: ReadonlyArray<Answered>): ReadonlyArray<Sending> {
    const { ledger } = this.#parts;
    return sendings.filter(({ entry }, at) => {
      const { status, id } = answers[at] ?? { status: 0 };
      if (status === accepted && id !== undefined) {
        ledger.answered(entry, id);
        return false;
      }
      if (status !== unavailable && status !== tooMany) {
        ledger.wrong.push(`${entry.kind} ${entry.key} was answered ${status}`);
        return false;
      }
      entry.shed += 1;
      ledger.shed += 1;
      return true;
    });
  }

  async #call(sendings: ReadonlyArray<Sending>): Promise<ReadonlyArray<Answered>> {
    const { draw, urls, keyOf } = this.#parts;
    const [{ entry, body }] = sendings as readonly [Sending];
    const { path, json, headers } = sendings.length > 1 ? asBatch(sendings) : asSingle({ entry, body }, draw);
    const answer = await fetch(`${draw.pick(urls())}${paths[entry.kind]}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keyOf(entry.tenant)}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(json),
      signal: AbortSignal.timeout(patienceMs),
    });
    const told = (await answer.json()) as { readonly id?: string; readonly results?: ReadonlyArray<Answered> };
    if (answer.status === many && told.results !== undefined) return told.results;
    return sendings.map(() => ({ status: answer.status, ...(told.id === undefined ? {} : { id: told.id }) }));
  }

  /** Says something else under the key of an answered record, once. */
  async contradict(sending: Sending, body: Sending['body']): Promise<void> {
    const { ledger } = this.#parts;
    sending.entry.contradicted = true;
    const [answer] = (await this.once([{ ...sending, body }])) ?? [];
    if (answer === undefined || answer.status === unavailable) return;
    if (answer.status === conflict) ledger.conflicts += 1;
    else if (answer.id !== undefined) ledger.answered(sending.entry, answer.id);
    else ledger.wrong.push(`a contradiction of ${sending.entry.key} was answered ${answer.status}`);
  }
}
