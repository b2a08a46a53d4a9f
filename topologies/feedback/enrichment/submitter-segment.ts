import type { EnrichOptions } from '../../../operators/enrich.ts';
import type { AttributedFeedback, Enrichment } from '../../../schemas/generated/attributed-feedback.ts';
import type { ReferenceSegment } from '../../../schemas/generated/reference-segment.ts';

const missing: Enrichment = Object.freeze({ version: '', status: 'MISSING', value: null });

const enrichmentOf = (row: ReferenceSegment | undefined): Enrichment =>
  row === undefined ? missing : { version: row.version, status: 'FOUND', value: row.segments[0] ?? null };

/** Tells the first segment of the submitter, and which version of the reference data said so. */
export const submitterSegment: EnrichOptions<AttributedFeedback, ReferenceSegment, AttributedFeedback> = {
  key: ['tenant', 'feedback.submitter.id_hash'],
  merge: (attributed, row) => {
    const segment = attributed.feedback.submitter.id_hash === null ? missing : enrichmentOf(row);
    return { ...attributed, enrichment: { ...attributed.enrichment, segment }, segment: segment.value };
  },
};
