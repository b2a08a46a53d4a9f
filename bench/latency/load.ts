import type { Clock } from '../../pipeline/core/ports/clock.ts';
import type { NewRecord, PlainProducer } from '../../pipeline/core/ports/cluster.ts';
import type { Exchange } from './exchange.ts';
import { wallNow } from './wall-now.ts';

/** How much is sent: pairs of an inference and its feedback, a second, for so many seconds. */
export interface Rate {
  readonly pairs: number;
  readonly seconds: number;
}

/** A record that was sent: when, and when the broker had acknowledged it; ms. */
export interface Sent {
  readonly at: number;
  readonly acknowledged: number;
}

const tickMs = 5;
const second = 1_000;
/** Of the feedback, every so manyth is sent to a topic that is only read again, to be compared with. */
const bareEvery = 10;

/** The topic that nothing stands between but the broker. */
export const bareTopic = 'bench.bare';

/** Sends at an even rate, whatever comes of it: what comes late was late, and does not slow down what follows. */
export class Load {
  /** By `topic:partition:offset`: the feedback, and what went to the bare topic. */
  readonly sent = new Map<string, Sent>();
  /** How far behind its own plan the sender was at most, ms: what it could not keep up with is not the pipeline's doing. */
  behind = 0;
  readonly #exchange: Exchange;
  readonly #producer: PlainProducer;
  readonly #clock: Clock;
  #failure: unknown;

  constructor(exchange: Exchange, producer: PlainProducer, clock: Clock) {
    this.#exchange = exchange;
    this.#producer = producer;
    this.#clock = clock;
  }

  /** Sends the reference data, then pairs: each inference a second before its feedback. `from`: the number of the first pair. */
  async run({ pairs, seconds }: Rate, from: number): Promise<void> {
    const start = performance.now();
    const total = pairs * (seconds + 1);
    let next = 0;
    while (next < total && this.#failure === undefined) {
      const due = Math.min(total, Math.floor(((performance.now() - start) * pairs) / second));
      this.behind = Math.max(this.behind, ((due - next) * second) / pairs);
      for (; next < due; next += 1) this.#pair(from, next, pairs);
      await this.#clock.sleep(tickMs);
    }
    await this.#producer.flush();
    if (this.#failure !== undefined) throw this.#failure as Error;
  }

  /** Forgets what was sent so far. */
  forget(): void {
    this.sent.clear();
    this.behind = 0;
  }

  async prepare(): Promise<void> {
    await Promise.all(this.#exchange.reference.map((record) => this.#producer.send(record)));
  }

  #pair(from: number, nth: number, lag: number): void {
    const now = Math.floor(wallNow());
    void this.#send(this.#exchange.inference(from + nth, now), false);
    const judged = from + nth - lag;
    if (judged < from) return;
    const feedback = this.#exchange.feedback(judged, now);
    void this.#send(feedback, true);
    if (judged % bareEvery === 0) void this.#send({ ...feedback, topic: bareTopic }, true);
  }

  async #send(record: NewRecord, isNoted: boolean): Promise<void> {
    const at = wallNow();
    try {
      const { topic, partition, offset } = await this.#producer.send(record);
      if (isNoted) this.sent.set(`${topic}:${partition}:${offset}`, { at, acknowledged: wallNow() });
    } catch (error) {
      this.#failure ??= error;
    }
  }
}
