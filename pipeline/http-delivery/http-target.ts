import type { Endpoint } from '../core/endpoint.ts';
import { MillraceError, messageOf } from '../core/errors.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { DeliveryBatch, DeliveryTarget, RefusedRow } from '../core/ports/delivery.ts';
import { RetryLater } from '../core/retry-later.ts';
import { BatchProgress } from './batch-progress.ts';
import { type Parcel, parcelChains } from './parcels.ts';
import { type Answer, openPoster, type Poster } from './post.ts';
import { type Address, readAddress, redacted } from './read-address.ts';
import type { ReceiverSettings, TextPorts } from './receiver-settings.ts';
import { RetryBudget } from './retry-budget.ts';
import { retryAfterMs, verdictOf } from './verdict.ts';

/** What an HTTP target works with. */
export interface HttpPorts extends TextPorts {
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
}

/** One attempt at a batch: once something has to wait, no further request of it begins. */
interface Attempt<T> {
  readonly progress: BatchProgress<T>;
  readonly address: Address;
  readonly signal: AbortSignal;
  failure: MillraceError | undefined;
}

const unavailable = 'receiver_unavailable';

/** It could be read at the start: a secret that is being changed is there again soon. */
const notNow = (error: unknown): never => {
  throw new MillraceError(unavailable, messageOf(error), error);
};

/**
 * Posts batches to an endpoint. Each request bears an `Idempotency-Key` made of topic, partition and offset, so that a receiver that heeds it
 * takes every record once, though requests are repeated after lost answers and after crashes.
 *
 * What was taken or refused is remembered as long as the batch is tried; the caller waits between attempts. Closing ends the connections.
 */
class HttpTarget<T> implements DeliveryTarget<T> {
  readonly #endpoint: Endpoint<T>;
  readonly #settings: ReceiverSettings;
  readonly #ports: HttpPorts;
  readonly #budget: RetryBudget;
  readonly #batches = new WeakMap<DeliveryBatch<T>, BatchProgress<T>>();
  #poster: Poster | undefined;
  #notBefore = -Infinity;
  #refusedInARow = 0;

  constructor(endpoint: Endpoint<T>, settings: ReceiverSettings, ports: HttpPorts) {
    this.#endpoint = endpoint;
    this.#settings = settings;
    this.#ports = ports;
    this.#budget = new RetryBudget(() => ports.clock.monotonic());
  }

  async prepare(): Promise<void> {
    await this.#open();
    await this.#address();
  }

  async deliver(batch: DeliveryBatch<T>, _pending: boolean, signal: AbortSignal): Promise<ReadonlyArray<RefusedRow>> {
    this.#heedWait();
    const progress = this.#progressOf(batch);
    const attempt: Attempt<T> = { progress, address: await this.#address().catch(notNow), signal, failure: undefined };
    const chains = [...progress.open];
    const workers = Array.from({ length: Math.min(this.#endpoint.concurrency, chains.length) }, () => this.#work(chains, attempt));
    await Promise.all(workers);
    if (attempt.failure !== undefined) throw attempt.failure;
    return progress.refused;
  }

  close(): Promise<void> {
    this.#poster?.close();
    this.#poster = undefined;
    return Promise.resolve();
  }

  async #open(): Promise<Poster> {
    const { caFile } = this.#settings;
    const ca = caFile === undefined ? undefined : await this.#ports.readFile(caFile).catch((error: unknown) => this.#noCa(error));
    this.#poster ??= openPoster(ca);
    return this.#poster;
  }

  #noCa(error: unknown): never {
    throw new MillraceError('bad_config', `endpoint "${this.#endpoint.name}", caFile cannot be read: ${messageOf(error)}`, error);
  }

  #address(): Promise<Address> {
    return readAddress(this.#endpoint.name, this.#settings, this.#ports);
  }

  #progressOf(batch: DeliveryBatch<T>): BatchProgress<T> {
    const known = this.#batches.get(batch);
    if (known !== undefined) return known;
    const progress = new BatchProgress(parcelChains(this.#endpoint, batch, this.#settings.keyPrefix));
    this.#batches.set(batch, progress);
    return progress;
  }

  /** Other partitions, too, leave a receiver alone that has asked for it. */
  #heedWait(): void {
    const left = this.#notBefore - this.#ports.clock.monotonic();
    if (left > 0) throw new RetryLater(unavailable, `endpoint "${this.#endpoint.name}" has asked to wait`, left);
  }

  async #work(chains: ReadonlyArray<Parcel<T>>[], attempt: Attempt<T>): Promise<void> {
    for (let chain = chains.shift(); chain !== undefined; chain = chains.shift()) {
      for (const parcel of [...chain]) {
        if (attempt.failure !== undefined) return;
        await this.#send(parcel, attempt).catch((error: unknown) => {
          attempt.failure ??= error instanceof MillraceError ? error : new MillraceError('engine_defect', messageOf(error), error);
        });
      }
    }
  }

  async #send(parcel: Parcel<T>, attempt: Attempt<T>): Promise<void> {
    const now = this.#ports.clock.monotonic();
    const first = attempt.progress.tried(parcel, now);
    if (first === undefined) this.#budget.earn();
    else if (!this.#budget.take())
      throw new MillraceError(unavailable, `endpoint "${this.#endpoint.name}": its budget of retries is spent`);
    try {
      this.#judge(await this.#post(parcel, attempt), parcel, attempt);
    } catch (error) {
      if (!(error instanceof MillraceError && error.retryable) || !this.#isEnough(first)) throw error;
      // The receiver may have taken it all the same: only whoever looks there can tell.
      attempt.progress.settle(parcel, { rule: 'gave_up', detail: redacted(error.message, attempt.address.secrets) });
    }
  }

  #isEnough(firstTried: number | undefined): boolean {
    const { giveUpAfter } = this.#endpoint;
    if (giveUpAfter === undefined || firstTried === undefined) return false;
    return this.#ports.clock.monotonic() - firstTried >= giveUpAfter;
  }

  async #post({ key, body }: Parcel<T>, { address, signal }: Attempt<T>): Promise<Answer> {
    const poster = this.#poster ?? (await this.#open());
    const headers = { ...address.headers, 'content-type': 'application/json', 'idempotency-key': key };
    const within = AbortSignal.any([signal, AbortSignal.timeout(this.#settings.timeoutMs)]);
    return poster.post({ url: address.url, headers, body: body(), signal: within });
  }

  #judge({ status, retryAfter, text }: Answer, parcel: Parcel<T>, { progress, address }: Attempt<T>): void {
    const verdict = verdictOf(status);
    const what = `endpoint "${this.#endpoint.name}" at ${address.url.origin} answers ${status}`;
    if (verdict === 'later') {
      const afterMs = retryAfterMs(retryAfter, this.#ports.clock.now());
      if (afterMs > 0) this.#notBefore = Math.max(this.#notBefore, this.#ports.clock.monotonic() + afterMs);
      throw new RetryLater(unavailable, what, afterMs);
    }
    this.#refusedInARow = verdict === 'taken' ? 0 : this.#refusedInARow + 1;
    if (this.#refusedInARow >= this.#endpoint.refusalLimit) {
      const why = `${what} and has refused ${this.#refusedInARow} requests in a row: look at its address and at what it expects`;
      throw new MillraceError('delivery_refused', why);
    }
    progress.settle(parcel, verdict === 'taken' ? undefined : { rule: `http_${status}`, detail: redacted(text, address.secrets) });
  }
}

/** Makes the target of an endpoint's delivery, where its settings say that it is. */
export const httpTarget = <T>(endpoint: Endpoint<T>, settings: ReceiverSettings, ports: HttpPorts): DeliveryTarget<T> =>
  new HttpTarget(endpoint, settings, ports);
