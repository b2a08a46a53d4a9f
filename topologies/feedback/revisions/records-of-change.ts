import { tombstone, type Tombstone } from '../../../pipeline/core/chunk.ts';
import type { Change } from '../../../operators/revise/options.ts';
import type { AttributedFeedback } from '../../../schemas/generated/attributed-feedback.ts';
import type { OrphanedFeedback } from '../../../schemas/generated/orphaned-feedback.ts';
import type { Statement } from './statement.ts';

/** How what is current of one feedback has changed. */
export type FeedbackChange = Change<Statement>;

const retraction = (attributed: AttributedFeedback): AttributedFeedback => ({
  ...attributed,
  feedback: { ...attributed.feedback, op: 'RETRACT' },
});

/** What `feedback.attributed` tells of a change: what is current, or what it was with the op RETRACT. */
export const attributedOf = ({ before, after, retracted }: FeedbackChange): ReadonlyArray<AttributedFeedback> => {
  const current = after?.attributed ?? null;
  if (current !== null) return [current];
  const taken = before?.attributed ?? null;
  return retracted && taken !== null ? [retraction(taken)] : [];
};

/** What `feedback.orphaned` tells of a change: an orphan, or that it is one no more. */
export const orphansOf = ({ before, after }: FeedbackChange): ReadonlyArray<OrphanedFeedback | Tombstone<OrphanedFeedback>> => {
  const orphan = after?.orphan ?? null;
  if (orphan !== null) return [orphan];
  const gone = before?.orphan ?? null;
  return gone === null ? [] : [tombstone(gone)];
};
