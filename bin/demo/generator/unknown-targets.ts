import { type FeedbackDraft, feedbackDraft } from './answered-feedback.ts';
import { fate } from './fate.ts';
import { lastSureOrphan } from './horizons.ts';
import { idNamespace } from './inference-record.ts';
import type { Plan } from './plan.ts';
import { uuid5 } from './uuid5.ts';

const share = 0.0015;

/** Feedback about inferences that were never logged: copies of good feedback, under ids of their own. None if the data is too short for orphans. */
export const unknownTargets = (feedback: ReadonlyArray<FeedbackDraft>, { draw, end }: Plan): ReadonlyArray<FeedbackDraft> =>
  feedback
    .filter(({ value }) => value.preference === null && value.event_time < lastSureOrphan(end))
    .filter(({ value }) => draw.chance(`astray/${value.feedback_id}`, share))
    .map(({ value, arrived_at }) => {
      const id = (what: string): string => uuid5(idNamespace, `astray/${what}/${value.feedback_id}`);
      const target = { ...value.target, id: id('target') };
      return feedbackDraft({ ...value, event_id: id('event'), feedback_id: id('feedback'), target }, arrived_at, fate.orphaned);
    });
