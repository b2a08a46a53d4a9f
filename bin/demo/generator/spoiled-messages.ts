import type { FeedbackType } from '../../../schemas/generated/feedback-event.ts';
import type { InferenceLog } from '../../../schemas/generated/inference-log.ts';
import type { Answer } from './answer.ts';
import { type FeedbackDraft, feedbackDraft } from './answered-feedback.ts';
import { fate } from './fate.ts';
import { feedbackRecord } from './feedback-record.ts';
import { type FeedbackSpoil, feedbackSpoils } from './feedback-spoils.ts';
import { idNamespace } from './inference-record.ts';
import { keyOf } from './key-of.ts';
import type { Draft } from './message.ts';
import { micros } from './micros.ts';
import type { Plan } from './plan.ts';
import { isLoggedLate } from './timing.ts';
import { uuid5 } from './uuid5.ts';
import { badTimes, type WireSpoil, wireSpoils } from './wire-spoils.ts';

/** One occurrence of each spoil for so many answers. */
const answersPerSpoil = 5_000;

const counted = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, index) => index);

/** A sound feedback message that nobody else sends, about the inference of some answer. It arrives a second after it was given. */
const soundDraft = (name: string, answers: ReadonlyArray<Answer>, plan: Plan): FeedbackDraft => {
  const answer = plan.draw.pick(`spoiled/${name}`, answers);
  const event_time = answer.inference.started + plan.draw.spread(`spoiled-lag/${name}`, 30 * micros.second, 10 * micros.minute);
  const received_time = event_time + micros.second;
  const record = feedbackRecord({ ...answer, name }, { draw: plan.draw, seed: plan.seed, event_time, received_time });
  return feedbackDraft(record, received_time, fate.accepted);
};

const spoiledFeedback = (spoil: FeedbackSpoil, sound: FeedbackDraft): FeedbackDraft =>
  feedbackDraft(spoil.spoil(sound.value), sound.arrived_at, fate.rejected(spoil.node, spoil.code));

const unreadable = <D extends Draft>(spoil: WireSpoil, sound: D, node: string): D => ({
  ...sound,
  value: spoil.raw === null ? sound.value : null,
  damage: spoil.damage,
  raw: spoil.raw?.toString('base64') ?? null,
  fate: fate.rejected(node, spoil.code),
});

const misdated = (sound: FeedbackDraft, event_time: number): FeedbackDraft =>
  feedbackDraft({ ...sound.value, event_time }, sound.arrived_at, fate.rejected('feedback-in', 'bad_time'));

const byType = (answers: ReadonlyArray<Answer>, plan: Plan): ReadonlyMap<FeedbackType, ReadonlyArray<Answer>> => {
  const pools = new Map<FeedbackType, Answer[]>();
  for (const answer of answers) {
    if (isLoggedLate(answer.inference, plan)) continue;
    const pool = pools.get(answer.feedback_type);
    if (pool === undefined) pools.set(answer.feedback_type, [answer]);
    else pool.push(answer);
  }
  return pools;
};

/** Feedback that the sources, `validate` and `verify` refuse, of every kind there is. */
export const spoiledFeedbackMessages = (answers: ReadonlyArray<Answer>, plan: Plan): ReadonlyArray<Draft> => {
  const pools = byType(answers, plan);
  const rounds = Math.ceil(answers.length / answersPerSpoil);
  const everyRound = (often: number, make: (round: number) => Draft): ReadonlyArray<Draft> => counted(rounds * often).map(make);
  const named = (kind: string, index: number): ((round: number) => string) => {
    return (round) => `${kind}-${index}-${round}`;
  };
  const ruled = feedbackSpoils.flatMap((spoil, index) => {
    const pool = pools.get(spoil.from) ?? [];
    const name = named(spoil.code, index);
    return pool.length === 0 ? [] : everyRound(spoil.often, (round) => spoiledFeedback(spoil, soundDraft(name(round), pool, plan)));
  });
  const wired = wireSpoils.flatMap((spoil, index) =>
    everyRound(1, (round) => unreadable<Draft>(spoil, soundDraft(named('wire', index)(round), answers, plan), 'feedback-in')),
  );
  const dated = badTimes.flatMap((time, index) =>
    everyRound(1, (round) => misdated(soundDraft(named('time', index)(round), answers, plan), time)),
  );
  return [...ruled, ...wired, ...dated];
};

const soundInference = (inference: InferenceLog, started: number): Draft => {
  const inference_id = uuid5(idNamespace, `spoiled/${inference.inference_id}/${started}`);
  return {
    topic: 'inference.logged',
    key: keyOf(inference.tenant, inference_id),
    arrived_at: inference.started,
    damage: null,
    raw: null,
    value: { ...inference, inference_id, event_id: uuid5(inference_id, 'event'), started },
    fate: fate.accepted,
  };
};

/** Inference log records that their source refuses: one of every kind, under ids that nothing targets. */
export const spoiledInferenceMessages = (inferences: ReadonlyArray<InferenceLog>, { draw }: Plan): ReadonlyArray<Draft> => {
  const some = (name: string): InferenceLog => draw.pick(`spoiled-inference/${name}`, inferences);
  const wired = wireSpoils.map((spoil, index) => {
    const inference = some(`wire-${index}`);
    return unreadable(spoil, soundInference(inference, inference.started), 'inferences');
  });
  const dated = badTimes.map((time, index) => ({
    ...soundInference(some(`time-${index}`), time),
    fate: fate.rejected('inferences', 'bad_time'),
  }));
  return [...wired, ...dated];
};
