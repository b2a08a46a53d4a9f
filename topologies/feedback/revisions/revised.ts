import { map } from '../../../operators/map.ts';
import { revise } from '../../../operators/revise.ts';
import type { Tombstone } from '../../../pipeline/core/chunk.ts';
import type { Stream, Unkeyed } from '../../../pipeline/core/stream.ts';
import type { AttributedFeedback } from '../../../schemas/generated/attributed-feedback.ts';
import type { OrphanedFeedback } from '../../../schemas/generated/orphaned-feedback.ts';
import type { FeedbackChange } from './records-of-change.ts';
import { revision } from './revision.ts';
import { orphanStatement, statementOf } from './statement.ts';

type Told = Stream<AttributedFeedback, 'tenant' | 'feedback.target.id'>;
type Orphans = Stream<OrphanedFeedback | Tombstone<OrphanedFeedback>, Unkeyed>;
type Changes = Stream<FeedbackChange, 'of.feedback.tenant' | 'of.feedback.target.id'>;

const keyed = ['feedback.tenant', 'feedback.target.id'] as const;

/**
 * How what is current of each feedback changes. `told` is what passed every check: feedback that has met its inference, amendments and retractions.
 *
 * Orphans come first: what is given up and matched at one and the same time was matched last.
 */
export const revised = (told: Told, orphans: Orphans): Changes =>
  orphans
    .pipe(map('given-up', orphanStatement, { keyed }))
    .merge('statements', told.pipe(map('statement', statementOf, { keyed })))
    .pipe(revise('revise', revision));
