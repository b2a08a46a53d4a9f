import { join } from '../../../operators/join.ts';
import type { JoinOptions } from '../../../operators/join/options.ts';
import { hours } from '../../../pipeline/core/time.ts';
import { topology } from '../../../pipeline/core/topology.ts';
import { feedbackEvent, type FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import { type InferenceCarry, inferenceCarry } from '../../../schemas/generated/inference-carry.ts';
import type { InferenceLog } from '../../../schemas/generated/inference-log.ts';
import { carryOf } from '../../../topologies/feedback/attribution/carry-of.ts';
import { topics } from '../../../topologies/feedback/topics.ts';
import { chunkOf, chunkSize, type Fed, startTime } from '../../support/fed.ts';
import { feedbackAt, inferenceAt } from '../../support/feedback-input.ts';
import { deadLetter, discarded } from '../discarded.ts';
import type { ByHand, OperatorCase, Scale } from '../operator-case.ts';

interface Attributed {
  readonly tenant: string;
  readonly feedback: FeedbackEvent;
  readonly inference: InferenceCarry;
  readonly lag: number;
}

const within = hours(24);
const lateness = hours(1);

const attributedOf = (feedback: FeedbackEvent, inference: InferenceCarry, lag: number): Attributed => ({
  tenant: feedback.tenant,
  feedback,
  inference,
  lag,
});

const attribution: JoinOptions<FeedbackEvent, InferenceLog, InferenceCarry, Attributed, FeedbackEvent, 'tenant' | 'target.id', never> = {
  on: ['tenant', 'target.id'],
  rightOn: ['tenant', 'inference_id'],
  within,
  lateness,
  left: feedbackEvent,
  carry: { type: inferenceCarry, project: carryOf },
  match: (feedback, carry, { lag }) => attributedOf(feedback, carry, lag),
  orphan: (feedback) => feedback,
};

/** Nine in ten come long after their inference, one in ten shortly before it; each inference has one. */
const targetOf = (offset: number, behind: number): number => (offset % 10 === 0 ? offset + 2_000 : offset - behind);

interface Met {
  inference: InferenceCarry | undefined;
  waiting: FeedbackEvent | undefined;
  readonly time: number;
}

const keyOf = (tenant: string, id: string): string => `${tenant}|${id}`;

/** Two sides in one map; the oldest are forgotten from its front. */
class JoinByHand implements ByHand {
  made = 0;
  readonly #met = new Map<string, Met>();
  #out: Attributed[] = [];

  take({ entry, records }: Fed): void {
    for (const { value, time } of records) {
      if (entry === 'inferences') this.#right(value as InferenceLog, time);
      else this.#left(value as FeedbackEvent, time);
    }
    this.#forget((records.at(-1)?.time ?? 0) - within - lateness);
    this.made += this.#out.length;
    this.#out = [];
  }

  commit(): void {
    // Everything was handed on as it came.
  }

  #right(value: InferenceLog, time: number): void {
    const key = keyOf(value.tenant, value.inference_id);
    const met = this.#met.get(key);
    const inference = carryOf(value);
    if (met?.waiting === undefined) this.#met.set(key, { inference, waiting: undefined, time });
    else {
      this.#out.push(attributedOf(met.waiting, inference, met.time - time));
      met.inference = inference;
      met.waiting = undefined;
    }
  }

  #left(value: FeedbackEvent, time: number): void {
    const key = keyOf(value.tenant, value.target.id);
    const met = this.#met.get(key);
    if (met?.inference === undefined) this.#met.set(key, { inference: undefined, waiting: value, time });
    else if (Math.abs(time - met.time) <= within) this.#out.push(attributedOf(value, met.inference, time - met.time));
  }

  #forget(time: number): void {
    for (const [key, met] of this.#met) {
      if (met.time > time) return;
      this.#met.delete(key);
    }
  }
}

/** As the feedback topology attributes: by tenant and target, with the real summary of the inference, chunk by chunk from both sides. */
export const joinFeedback = ({ keys }: Scale): OperatorCase => {
  const behind = Math.ceil(keys / 20 / chunkSize) * chunkSize;
  const timeOf = (offset: number): number => startTime + Math.floor((offset / keys) * (within + lateness));
  const inferences = (n: number): Fed =>
    chunkOf(n, { entry: 'inferences', topic: 'inference.logged' }, (offset) => ({ value: inferenceAt(offset), time: timeOf(offset) }));
  const received = (n: number): Fed =>
    chunkOf(n, { entry: 'feedback', topic: 'feedback.received' }, (offset) => {
      const target = Math.max(0, targetOf(offset, behind));
      return { value: feedbackAt(target, offset, 0), time: timeOf(offset) };
    });
  return {
    name: 'join',
    about: `${keys.toLocaleString('en')} inferences remembered for 25 h, each with one feedback; one in ten comes before its inference`,
    bar: 300_000,
    flink: 131_000,
    topology: topology('bench', { deadLetter }, (t) => {
      const right = t.source('inferences', topics.inferenceLogged);
      const joined = t.source('feedback', topics.feedbackReceived).pipe(join('attribute', right, attribution));
      joined.to('out', discarded<Attributed>());
      joined.port('orphans').to('orphans', discarded<unknown>());
    }),
    warmChunks: Math.ceil((keys * 2.1) / chunkSize),
    chunk: (n) => (n % 2 === 0 ? inferences(n / 2) : received((n - 1) / 2)),
    byHand: () => new JoinByHand(),
  };
};
