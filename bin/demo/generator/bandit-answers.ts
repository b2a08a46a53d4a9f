import type { InferenceLog } from '../../../schemas/generated/inference-log.ts';
import type { Answer } from './answer.ts';
import { micros } from './micros.ts';
import type { Impression } from './read-bandit.ts';
import type { SeededDraw } from './seeded-draw.ts';
import { visitor, visitorHash } from './submitters.ts';

/** An impression and the record that was made of it. */
export interface Shown {
  readonly row: Impression;
  readonly inference: InferenceLog;
}

const reaction = ({ row, inference }: Shown, draw: SeededDraw): Answer => {
  const { inference_id } = inference;
  const click = draw.spread(`lag/click/${inference_id}`, micros.second, 20 * micros.second);
  return {
    name: 'reaction',
    inference,
    feedback_type: row.clicked ? 'IMPLICIT_CLICK' : 'IMPLICIT',
    key: 'click',
    source: 'IMPLICIT',
    submitter: visitor(visitorHash(row)),
    value_kind: 'IMPLICIT',
    values: { implicit: { signal: row.clicked ? 'CLICK' : 'ABANDON', v: row.clicked ? 1 : 0, dwell_ms: null } },
    rationale: null,
    lag: row.clicked ? click : draw.between(`lag/abandon/${inference_id}`, 30 * micros.second, micros.minute),
    share: row.clicked ? 0.95 : 0.9,
    destination: { training: 'training.implicit' },
  };
};

const thumbs = ({ row, inference }: Shown, draw: SeededDraw): Answer => ({
  name: 'thumbs',
  inference,
  feedback_type: 'RATING',
  key: 'thumbs',
  source: 'END_USER',
  submitter: visitor(visitorHash(row)),
  value_kind: 'BOOL',
  values: { bool: { v: row.clicked } },
  rationale: null,
  lag: draw.spread(`lag/thumbs/${inference.inference_id}`, micros.minute, 10 * micros.minute),
  share: 0.95,
  destination: { training: 'training.ratings' },
});

/** What visitors do about impressions: a click or none about each, thumbs about a few. The rules are in docs/data.md. */
export const banditAnswers = (impressions: ReadonlyArray<Shown>, draw: SeededDraw): ReadonlyArray<Answer> =>
  impressions.flatMap((shown) => {
    const rates = draw.chance(`thumbs/${shown.inference.inference_id}`, shown.row.clicked ? 0.4 : 0.005);
    return [reaction(shown, draw), ...(rates ? [thumbs(shown, draw)] : [])];
  });
