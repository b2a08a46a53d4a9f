import type { InferenceLog } from '../../../schemas/generated/inference-log.ts';
import type { Answer } from './answer.ts';
import { clearance, lastSureOrphan, patience, reach } from './horizons.ts';
import { micros } from './micros.ts';
import type { Plan } from './plan.ts';

/** When something happened by its own account, and when it reaches the log. */
export interface Timing {
  readonly event_time: number;
  readonly arrived_at: number;
}

const lateShare = 0.0006;

/** Whether the inference is logged a day and more late, when its feedback has become an orphan long since. */
export const isLoggedLate = ({ inference_id, started }: InferenceLog, plan: Plan): boolean =>
  !plan.clean && started + 48 * micros.hour + clearance < plan.end && plan.draw.chance(`late/${inference_id}`, lateShare);

const loggingDelay = (inference: InferenceLog, plan: Plan): number => {
  const name = `logging/${inference.inference_id}`;
  if (plan.clean) return 0;
  if (isLoggedLate(inference, plan)) return plan.draw.between(name, patience + clearance, 48 * micros.hour);
  if (plan.draw.chance(`slow/${inference.inference_id}`, 0.03)) return plan.draw.spread(name, 10 * micros.second, 20 * micros.minute);
  return plan.draw.between(name, 5 * micros.millisecond, 500 * micros.millisecond);
};

/** When the log record of an inference arrives: mostly within half a second, some minutes late, a few a day and more. */
export const inferenceArrival = (inference: InferenceLog, plan: Plan): number => inference.started + loggingDelay(inference, plan);

/** Upper bounds of the delay on the way, with the share of answers up to each. */
const delays: ReadonlyArray<readonly [share: number, low: number, high: number]> = [
  [0.8, 50 * micros.millisecond, 2 * micros.second],
  [0.95, 2 * micros.second, 10 * micros.minute],
  [0.995, 10 * micros.minute, 2 * micros.hour],
  [1, 2 * micros.hour, 12 * micros.hour],
];

const delay = (name: string, { draw }: Plan): number => {
  const kind = draw.unit(`delay-kind/${name}`);
  const [, low, high] = delays.find(([share]) => kind < share) ?? [1, 1, 2];
  return draw.spread(`delay/${name}`, low, high);
};

const outOfReachShare = 0.0015;

/** The event time of an answer that comes more than a day after its inference, or undefined if it comes in time, as nearly all do. */
export const outOfReach = ({ name, inference }: Answer, plan: Plan): number | undefined => {
  const id = `${name}/${inference.inference_id}`;
  if (plan.clean || isLoggedLate(inference, plan) || !plan.draw.chance(`out-of-reach/${id}`, outOfReachShare)) return undefined;
  const time = inference.started + plan.draw.between(`out-of-reach-lag/${id}`, reach + 2 * micros.hour, 40 * micros.hour);
  return time < lastSureOrphan(plan.end) ? time : undefined;
};

/** A clock that is behind by more than a click takes: the click then seems to come before the impression. */
const skew = 25 * micros.second;

/** When an answer is given and when it arrives; in a clean run both at once. */
export const answerTiming = (answer: Answer, plan: Plan): Timing => {
  const id = `${answer.name}/${answer.inference.inference_id}`;
  const given = outOfReach(answer, plan) ?? answer.inference.started + answer.lag;
  if (plan.clean) return { event_time: given, arrived_at: given };
  const behind = plan.draw.chance(`behind/${id}`, 0.005) ? skew : 0;
  return { event_time: given - behind, arrived_at: given + delay(id, plan) };
};
