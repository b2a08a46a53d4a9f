import { Backlog, runsOf, sumOf } from './backlog.ts';
import { ClientError, ofItem } from './client-error.ts';
import type { Connection } from './connection.ts';
import { bodyBytes, bodyOf, entryOf, type Accepted, type Entry, type Kind } from './entry.ts';
import type { Settings } from './settings.ts';
import { asBatch, verdictsOf, type Verdict } from './verdicts.ts';

/** What became of the items of one kind since the client was made. */
export interface LaneStats {
  /** Items without an answer. */
  readonly buffered: number;
  readonly accepted: number;
  readonly failed: number;
  /** Requests after which something had to be tried again. */
  readonly retries: number;
}

const paths = { feedback: '/v1/feedback', inference: '/v1/inferences' } as const;

const plain = (error: unknown): ClientError =>
  error instanceof ClientError ? error : new ClientError('unavailable', 'The request failed.', { cause: error });

/** The way of one kind of item: gathers batches, sends one at a time, tries again what may pass, and settles each entry exactly once. */
export class Lane {
  readonly #kind: Kind;
  readonly #settings: Settings;
  readonly #connection: Connection;
  readonly #backlog: Backlog;
  readonly #off = new AbortController();
  readonly #counts = { accepted: 0, failed: 0, retries: 0 };
  #mostBytes: number;
  #isStopped = false;
  #isSending = false;
  #isUrgent = false;
  #isToldToWait = false;
  #failures = 0;
  #pausedUntil = 0;
  #cancelTimer: () => void = () => undefined;

  constructor(kind: Kind, settings: Settings, connection: Connection) {
    this.#kind = kind;
    this.#settings = settings;
    this.#connection = connection;
    this.#backlog = new Backlog(settings.buffer);
    this.#mostBytes = settings.batch.bytes;
  }

  get stats(): LaneStats {
    return { buffered: this.#backlog.size, ...this.#counts };
  }

  get path(): string {
    return this.#isSingle ? paths[this.#kind] : `${paths[this.#kind]}:batch`;
  }

  /** The body of a request for a run. */
  bodyOf(run: ReadonlyArray<Entry>): string {
    return this.#isSingle ? run.map(({ json }) => json).join('') : bodyOf(run);
  }

  get #mostItems(): number {
    return this.#isSingle ? 1 : this.#settings.batch.items;
  }

  /** Whether items go one by one: a link is taken for one at a time. */
  get #isSingle(): boolean {
    return this.#settings.credentials.token !== undefined;
  }

  get unanswered(): ReadonlyArray<Entry> {
    return this.#backlog.unanswered;
  }

  /**
   * Takes an item under its key. It is refused at once if it is no JSON, too large, if the buffer is full, or after `stop`. A rejection that
   * nobody awaits ends no process.
   */
  add(payload: object, key: string): Promise<Accepted> {
    const entry = entryOf(payload, key, this.#settings.platform.monotonic());
    const mistake = this.#mistakeOf(entry);
    if (mistake === undefined) this.#keep(entry);
    else this.#fail(entry, mistake);
    return entry.answer;
  }

  /** Takes no more items. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Sends what waits without waiting for more. Pauses after failures are kept. */
  hurry(): void {
    this.#isUrgent = this.#backlog.first !== undefined;
    this.#schedule();
  }

  /** Ends a pause, unless the API asked for it. */
  wake(): void {
    if (!this.#isToldToWait) this.#pausedUntil = 0;
    this.#schedule();
  }

  /** What has no answer yet, in order, in runs whose bodies have at most so many bytes; a larger item is left out. Nothing is taken out. */
  runs(most: number): ReadonlyArray<ReadonlyArray<Entry>> {
    const small = this.unanswered.filter(({ bytes }) => bodyBytes(1, bytes) <= most);
    return runsOf(small, { items: this.#mostItems, bytes: most });
  }

  /** Calls off what is under way and refuses what has no answer. */
  end(): void {
    this.#isStopped = true;
    this.#cancelTimer();
    this.#off.abort();
    const error = new ClientError('closed', 'The client was closed before the API had answered.');
    for (const entry of this.#backlog.clear()) this.#fail(entry, error);
  }

  #mistakeOf({ json, bytes }: Entry): ClientError | undefined {
    const most = this.#settings.batch.bytes;
    const size = bodyBytes(1, bytes);
    if (this.#isStopped) return new ClientError('closed', 'The client is closed.');
    if (json === '') return new ClientError('bad_value', 'The payload cannot be written as JSON: it holds a cycle or a bigint.');
    if (size > most) return new ClientError('too_large', `The item makes a request of ${size} bytes; batch.bytes is ${most}.`);
    return undefined;
  }

  #keep(entry: Entry): void {
    const { items, bytes } = this.#settings.buffer;
    for (const dropped of this.#backlog.add(entry)) {
      const gaveWay = dropped === entry ? 'This item was not taken.' : 'This item was the oldest and gave way.';
      this.#fail(dropped, new ClientError('buffer_full', `The buffer of ${items} items and ${bytes} bytes is full. ${gaveWay}`));
    }
    this.#schedule();
  }

  #schedule(): void {
    this.#cancelTimer();
    const { first } = this.#backlog;
    if (this.#isSending || first === undefined || this.#off.signal.aborted) return;
    const { platform, batch } = this.#settings;
    const isDue = this.#isUrgent || this.#backlog.fills({ items: batch.items, bytes: this.#mostBytes });
    const waitMs = Math.max(isDue ? 0 : first.givenAt + batch.waitMs, this.#pausedUntil) - platform.monotonic();
    if (waitMs > 0) this.#cancelTimer = platform.after(waitMs, () => this.#schedule());
    else void this.#send();
  }

  async #send(): Promise<void> {
    this.#isSending = true;
    const batch = this.#backlog.take({ items: this.#mostItems, bytes: this.#mostBytes });
    const verdicts = await this.#exchange(batch);
    this.#isSending = false;
    if (this.#off.signal.aborted) return;
    this.#settle(batch, verdicts);
    this.#isUrgent &&= this.#backlog.first !== undefined;
    this.#schedule();
  }

  /** Never throws. */
  async #exchange(batch: ReadonlyArray<Entry>): Promise<ReadonlyArray<Verdict>> {
    const clear = (text: string): string => this.#connection.cleared(text);
    try {
      const told = await this.#connection.call({ path: this.path, body: this.bodyOf(batch), signal: this.#off.signal });
      const answer = this.#isSingle ? asBatch(told) : told;
      if (answer.status !== 413 || batch.length === 1) return verdictsOf(answer, batch.length, clear);
      this.#mostBytes = Math.floor(bodyBytes(batch.length, sumOf(batch)) / 2);
      return batch.map(() => ({ is: 'split' }));
    } catch (error) {
      const told = plain(error);
      return batch.map(() => (told.retryable ? { is: 'again', error: told, afterMs: 0 } : { is: 'refused', error: told }));
    }
  }

  #settle(batch: ReadonlyArray<Entry>, verdicts: ReadonlyArray<Verdict>): void {
    const again: Entry[] = [];
    batch.forEach((entry, index) => {
      const verdict = verdicts[index];
      if (verdict?.is === 'accepted') this.#accept(entry, verdict.id);
      else if (verdict?.is === 'refused') this.#fail(entry, verdict.error);
      else if (verdict?.is === 'again' && this.#isTooOld(entry)) this.#fail(entry, verdict.error);
      else again.push(entry);
    });
    this.#backlog.putBack(again);
    this.#pause(verdicts);
  }

  #pause(verdicts: ReadonlyArray<Verdict>): void {
    const waits = verdicts.flatMap((verdict) => (verdict.is === 'again' ? [verdict.afterMs] : []));
    if (verdicts.some(({ is }) => is === 'accepted') || waits.length === 0) this.#failures = 0;
    this.#isToldToWait = false;
    if (waits.length === 0) return;
    const { platform, retry } = this.#settings;
    const grown = Math.min(retry.mostMs, retry.firstMs * 2 ** Math.min(this.#failures, 30));
    const told = Math.min(Math.max(...waits), retry.giveUpAfterMs);
    this.#isToldToWait = told > 0;
    this.#pausedUntil = platform.monotonic() + told + (told > 0 ? retry.firstMs : grown) * (0.5 + platform.random() / 2);
    this.#failures += 1;
    this.#counts.retries += 1;
  }

  #isTooOld({ givenAt }: Entry): boolean {
    return this.#settings.platform.monotonic() - givenAt >= this.#settings.retry.giveUpAfterMs;
  }

  #accept(entry: Entry, id: string): void {
    this.#counts.accepted += 1;
    entry.accept(id);
  }

  #fail(entry: Entry, error: ClientError): void {
    this.#counts.failed += 1;
    const ofThis = ofItem(error, entry.key);
    entry.refuse(ofThis);
    queueMicrotask(() => this.#settings.onFailure({ kind: this.#kind, error: ofThis, item: entry.json }));
  }
}
