import type { ReferenceSignal } from '../../../schemas/generated/reference-signal.ts';
import type { Message } from '../generator/message.ts';
import { byTopic } from './by-topic.ts';
import { type Example, type Told, exampleOf } from './example-of.ts';
import { type Facts, factsOf } from './facts.ts';
import { type Judged, type Verdict, judge } from './judge.ts';
import { observations } from './observations.ts';
import type { Counts, Result } from './result.ts';
import { type Judgement, rollbacks } from './rollbacks.ts';
import { unreadable } from './unreadable.ts';
import { WindowSums, qualityOf } from './window-sums.ts';

/** What the files come to, and what cannot be told from them. */
export interface Recomputed {
  readonly result: Result;
  /** How each feedback and inference message ended, by message id. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** Versions, as model and version joined with `/`, whose rollback depends on when looks fall. */
  readonly undecided: ReadonlyArray<string>;
}

interface Judging {
  readonly message: Message;
  readonly verdict: Verdict;
}

const onScale = (v: number, { min, max }: Pick<ReferenceSignal, 'min' | 'max'>): number =>
  min !== null && max !== null && min < max ? (v - min) / (max - min) : v;

const scoreOf = ({ event }: Judged, signal: ReferenceSignal): number | null => {
  if (event.feedback_type !== 'RATING') return null;
  return event.number === null ? Number(event.bool?.v) : onScale(event.number.v, signal);
};

const toldOf = (judged: Judged, { signals, segments }: Facts): Told => {
  const { tenant, key, submitter } = judged.event;
  const signal = signals.get(`${tenant}|${key}`);
  const segment = segments.get(`${tenant}|${submitter.id_hash}`) ?? null;
  return { segment, score: signal === undefined ? null : scoreOf(judged, signal) };
};

const inferenceVerdict = (message: Message): Verdict => {
  const code = unreadable(message);
  return code === undefined ? { ended: 'accepted' } : { ended: 'rejected', where: ['inferences', code] };
};

const judgedAll = (messages: ReadonlyArray<Message>, facts: Facts): ReadonlyArray<Judging> => {
  const judgeFeedback = judge(facts);
  return messages.flatMap((message): ReadonlyArray<Judging> => {
    if (message.topic === 'feedback.received') return [{ message, verdict: judgeFeedback(message) }];
    return message.topic === 'inference.logged' ? [{ message, verdict: inferenceVerdict(message) }] : [];
  });
};

const counted = (names: ReadonlyArray<string>, always: ReadonlyArray<string>): Counts => {
  const counts: Record<string, number> = Object.fromEntries(always.map((name) => [name, 0]));
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

const endings = (judgings: ReadonlyArray<Judging>, topic: Message['topic'], always: ReadonlyArray<string>): Counts =>
  counted(
    judgings.filter(({ message }) => message.topic === topic).map(({ verdict }) => verdict.ended),
    always,
  );

const judgement = ({ inference }: Judged, value: number, known_at: number): Judgement => ({
  model_name: inference.model_name,
  model_version: inference.model_version,
  value,
  started: inference.started,
  known_at,
});

interface Tally {
  readonly sums: WindowSums;
  readonly examples: ReadonlyArray<Example>;
  readonly judgements: ReadonlyArray<Judgement>;
}

const tally = (judgings: ReadonlyArray<Judging>, facts: Facts): Tally => {
  const sums = new WindowSums();
  const examples: Example[] = [];
  const judgements: Judgement[] = [];
  for (const { inference } of facts.inferences.values()) sums.logged(inference);
  for (const { message, verdict } of judgings) {
    const { judged } = verdict;
    if (judged === undefined) continue;
    const told = toldOf(judged, facts);
    examples.push(exampleOf(judged, told));
    sums.judged(judged.inference);
    for (const observation of observations(judged, told)) {
      sums.observed(judged.inference, observation);
      if (observation[0] === 'accuracy') judgements.push(judgement(judged, observation[1], message.arrived_at));
    }
  }
  return { sums, examples, judgements };
};

const orphansOf = (judgings: ReadonlyArray<Judging>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    judgings.flatMap(({ message, verdict }) => {
      const value = message.topic === 'feedback.received' && verdict.ended === 'orphaned' ? message.value : null;
      return value === null ? [] : [[value.feedback_id, value.target.id] as const];
    }),
  );

/**
 * Recomputes all that a run comes to, straight from its messages: one pass, plain maps and sums, no code in common with the product.
 *
 * Throws if an outcome would depend on the order in which partitions are read; the generator stays clear of that.
 */
export const recompute = (messages: ReadonlyArray<Message>): Recomputed => {
  const facts = factsOf(messages);
  const judgings = judgedAll(messages, facts);
  const { sums, examples, judgements } = tally(judgings, facts);
  const { certain, undecided } = rollbacks(facts.deployments, judgements);
  const records = byTopic(examples);
  const result: Result = {
    ended: endings(judgings, 'feedback.received', ['attributed', 'duplicate', 'orphaned', 'waiting', 'rejected']),
    inferences: endings(judgings, 'inference.logged', ['accepted', 'rejected']),
    rejected: counted(
      judgings.flatMap(({ verdict }) => (verdict.where === undefined ? [] : [verdict.where.join('/')])),
      [],
    ),
    quality: qualityOf(sums.rows),
    windows: Object.fromEntries(sums.rows),
    rollbacks: certain,
    training: counted(
      examples.map(({ topic }) => topic),
      Object.keys(records),
    ),
    examples: records,
    orphans: orphansOf(judgings),
  };
  return { result, verdicts: new Map(judgings.map(({ message, verdict }) => [message.id, verdict])), undecided };
};
