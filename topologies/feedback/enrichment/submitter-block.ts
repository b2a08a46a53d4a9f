import type { EnrichOptions } from '../../../operators/enrich.ts';
import type { ReferenceBlock } from '../../../schemas/generated/reference-block.ts';
import type { CheckedFeedback } from '../checks/checked-feedback.ts';

/** Sets beside feedback why its submitter is blocked, if so. */
export const submitterBlock: EnrichOptions<CheckedFeedback, ReferenceBlock, CheckedFeedback> = {
  key: ['event.tenant', 'event.submitter.id_hash'],
  merge: ({ event, signal }, block) => ({ event, signal, block }),
};
