import type { LogRecord } from '../../../pipeline/core/ports/cluster.ts';
import type { Wire } from '../../../pipeline/core/ports/wire.ts';
import { headerNames, headerOf, originText } from '../../../pipeline/runtime/headers.ts';
import { topics } from '../../../topologies/feedback/topics.ts';
import type { Topic } from '../../../pipeline/core/topic.ts';
import type { Examples } from '../verify/result.ts';
import { type Followed, following } from './collector.ts';
import type { SentLog } from './sent-log.ts';

/** A record of the dead letter as it was read. */
interface DeadLetter {
  readonly node: string;
  readonly rule: string;
  readonly place: string;
  readonly bytes: Buffer | null;
}

/** What was made of a record: from where, and when, by Kafka's timestamp. */
interface Made {
  readonly place: string;
  readonly timestamp: number;
}

/** A record of the dead letter, with the message that it was. */
export interface Refused {
  readonly node: string;
  readonly rule: string;
  /** Topic that it first stood in. */
  readonly topic: string;
  /** Id of the message; undefined if none was sent from there. */
  readonly message: string | undefined;
  /** Whether its bytes are those that were sent; a record that was made from several has none, and its provenance leads to them. */
  readonly sameBytes: boolean;
}

type Collected<R> = R extends Readonly<Record<string, infer V>> ? Record<string, V> : never;

type ExampleTopics = { readonly [T in keyof Examples]: Collected<Examples[T]> };

const textOf = (record: LogRecord, name: string): string => headerOf(record.headers, name)?.toString() ?? '';

const deadLetterOf = (record: LogRecord): DeadLetter => ({
  node: textOf(record, headerNames.node),
  rule: textOf(record, headerNames.rule),
  place: originText(record),
  bytes: record.value,
});

/** What the topology has written to its topics, taken in as it comes. */
export class Outputs {
  readonly examples: ExampleTopics = {
    'training.corrections': {},
    'training.preferences': {},
    'training.ratings': {},
    'training.implicit': {},
    'review.tasks': {},
  };
  /** Records that each topic has, repeats included. */
  readonly counts: Record<string, number> = {};
  readonly #dead: DeadLetter[] = [];
  readonly #made: Made[] = [];
  readonly #orphans = new Map<string, readonly [feedback: string, target: string]>();
  readonly #sent: SentLog;

  constructor(sent: SentLog) {
    this.#sent = sent;
  }

  /** Feedback ids of the orphans that were not matched later, with their targets. */
  get orphans(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#orphans.values());
  }

  /** What was refused. To be asked when all is sent: a reader may see what was made of a record before its sender hears where it lies. */
  get refused(): ReadonlyArray<Refused> {
    return this.#dead.map(({ node, rule, place, bytes }) => {
      const sent = this.#sent.at(place);
      return {
        node,
        rule,
        topic: place.replace(/:\d+:\d+$/, ''),
        message: sent?.id,
        sameBytes: sent !== undefined && bytes?.equals(sent.bytes) === true,
      };
    });
  }

  /** ms from Kafka's timestamp of each feedback to that of what was made of it; to be asked when all is sent. */
  get latencies(): ReadonlyArray<number> {
    return this.#made.flatMap(({ place, timestamp }) => {
      const sent = this.#sent.at(place);
      return sent === undefined ? [] : [timestamp - sent.timestamp];
    });
  }

  /** The topics that it wants to follow. */
  followed(wire: Wire): ReadonlyArray<Followed> {
    const { training, reviewTasks, feedbackOrphaned, deadLetter } = topics;
    return [
      this.#examples(wire, training.corrections, this.examples['training.corrections']),
      this.#examples(wire, training.preferences, this.examples['training.preferences']),
      this.#examples(wire, training.ratings, this.examples['training.ratings']),
      this.#examples(wire, training.implicit, this.examples['training.implicit']),
      this.#examples(wire, reviewTasks, this.examples['review.tasks']),
      following(wire, feedbackOrphaned, (value, { key }) => {
        const at = key?.toString() ?? '';
        if (value === undefined) this.#orphans.delete(at);
        else this.#orphans.set(at, [value.feedback_id, value.target_id]);
      }),
      { topic: deadLetter.name, take: (record) => void this.#dead.push(deadLetterOf(record)) },
    ];
  }

  #examples<T extends { readonly event_id: string }>(wire: Wire, topic: Topic<T>, into: Record<string, T>): Followed {
    return following(wire, topic, (value, record) => {
      if (value === undefined) return;
      into[value.event_id] = matched(value);
      this.counts[topic.name] = (this.counts[topic.name] ?? 0) + 1;
      this.#made.push({ place: originText(record), timestamp: record.timestamp });
    });
  }
}

/** Which of the two ways a late match is told depends on the order of reading; both count as matched. */
const matched = <T extends object>(value: T): T =>
  'attribution_status' in value && value.attribution_status === 'MATCHED_LATE' ? { ...value, attribution_status: 'MATCHED' } : value;
