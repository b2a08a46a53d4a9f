import { messageOf, MillraceError } from '../../pipeline/core/errors.ts';
import type { Clock } from '../../pipeline/core/ports/clock.ts';
import type { DeliveryBatch, DeliveryTarget, RefusedRow } from '../../pipeline/core/ports/delivery.ts';
import { RetryLater } from '../../pipeline/core/retry-later.ts';
import { openPoster, type Poster } from '../../pipeline/http-delivery/post.ts';
import { type Address, readAddress, redacted } from '../../pipeline/http-delivery/read-address.ts';
import type { TextPorts } from '../../pipeline/http-delivery/receiver-settings.ts';
import { retryAfterMs, verdictOf } from '../../pipeline/http-delivery/verdict.ts';
import type { AlertSeverity, QualityAlert } from '../../schemas/generated/quality-alert.ts';
import type { Notifier } from './notifier.ts';
import type { NotifierSettings } from './notifier-settings.ts';

/** What telling people works with. */
export interface NoticePorts extends TextPorts {
  readonly clock: Pick<Clock, 'now'>;
}

const unavailable = 'receiver_unavailable';
const ranks: Readonly<Record<AlertSeverity, number>> = { UNKNOWN: 0, OK: 0, WARNING: 1, NO_DATA: 2, ALERT: 2 };

/** Who is called for alerts alone hears that an alert is over, and not of warnings before and after it. */
const isMine = (settings: NotifierSettings, { tenant, model_name, severity, previous }: QualityAlert): boolean => {
  const least = settings.atLeast === 'alert' ? 2 : 1;
  const isWanted = ranks[severity] >= least || ranks[previous] >= least;
  return isWanted && tenant === settings.tenant && (settings.models?.includes(model_name) ?? true);
};

/**
 * Posts the notices of a delivery to a receiver, in their order, each under its `event_id` as `Idempotency-Key`: a receiver that heeds it tells people once,
 * though a notice is posted again after a lost answer or a crash. Answers mean what they mean for any HTTP delivery.
 */
class NoticeTarget implements DeliveryTarget<QualityAlert> {
  readonly #name: string;
  readonly #settings: NotifierSettings;
  readonly #notifier: Notifier;
  readonly #ports: NoticePorts;
  /** What was taken or refused of a batch that is tried again. */
  readonly #settled = new WeakMap<DeliveryBatch<QualityAlert>, Map<number, RefusedRow | undefined>>();
  #poster: Poster | undefined;

  constructor([name, settings]: readonly [string, NotifierSettings], notifier: Notifier, ports: NoticePorts) {
    this.#name = name;
    this.#settings = settings;
    this.#notifier = notifier;
    this.#ports = ports;
  }

  async prepare(): Promise<void> {
    await this.#notifier.prepare();
    await this.#address();
    await this.#open();
  }

  async deliver(batch: DeliveryBatch<QualityAlert>, _pending: boolean, signal: AbortSignal): Promise<ReadonlyArray<RefusedRow>> {
    const settled = this.#settled.get(batch) ?? new Map<number, RefusedRow | undefined>();
    this.#settled.set(batch, settled);
    for (const { offset, value } of batch.rows) {
      if (settled.has(offset) || !isMine(this.#settings, value)) continue;
      const refusal = await this.#post(value, signal);
      settled.set(offset, refusal === undefined ? undefined : { offset, ...refusal });
    }
    return [...settled.values()].filter((row) => row !== undefined);
  }

  close(): Promise<void> {
    this.#poster?.close();
    this.#poster = undefined;
    return Promise.resolve();
  }

  /** Why it was refused; undefined if it was taken. */
  async #post(notice: QualityAlert, signal: AbortSignal): Promise<Omit<RefusedRow, 'offset'> | undefined> {
    const { path, body, headers } = await this.#notifier.requestOf(notice);
    const address = await this.#address().catch((error: unknown) => {
      throw new MillraceError(unavailable, messageOf(error), error);
    });
    const answer = await (
      await this.#open()
    ).post({
      url: path === undefined ? address.url : new URL(address.url.pathname.replace(/\/$/, '') + path, address.url),
      headers: { ...address.headers, ...headers, 'content-type': 'application/json', 'idempotency-key': notice.event_id },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(this.#settings.receiver.timeoutMs)]),
    });
    const verdict = verdictOf(answer.status);
    if (verdict === 'taken') return undefined;
    const detail = redacted(answer.text, address.secrets);
    if (verdict === 'refused') return { rule: `http_${answer.status}`, detail };
    const afterMs = retryAfterMs(answer.retryAfter, this.#ports.clock.now());
    throw new RetryLater(unavailable, `notifier "${this.#name}" at ${address.url.origin} answers ${answer.status}`, afterMs);
  }

  #address(): Promise<Address> {
    return readAddress(this.#name, this.#settings.receiver, this.#ports);
  }

  async #open(): Promise<Poster> {
    const { caFile } = this.#settings.receiver;
    if (this.#poster !== undefined) return this.#poster;
    const ca = caFile === undefined ? undefined : await this.#ports.readFile(caFile).catch((error: unknown) => this.#noCa(error));
    this.#poster ??= openPoster(ca);
    return this.#poster;
  }

  #noCa(error: unknown): never {
    throw new MillraceError('bad_config', `notifier "${this.#name}", caFile cannot be read: ${messageOf(error)}`, error);
  }
}

/** Makes the target by which a delivery of `model.alerts` tells people; `named`: its name, and what it is. */
export const noticeTarget = (
  named: readonly [name: string, settings: NotifierSettings],
  notifier: Notifier,
  ports: NoticePorts,
): DeliveryTarget<QualityAlert> => new NoticeTarget(named, notifier, ports);
