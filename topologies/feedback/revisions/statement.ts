import { ByteReader, ByteWriter } from '../../../pipeline/core/bytes.ts';
import { isTombstone, type Tombstone } from '../../../pipeline/core/chunk.ts';
import type { Codec, Says } from '../../../operators/revise/options.ts';
import { attributedFeedback, type AttributedFeedback } from '../../../schemas/generated/attributed-feedback.ts';
import type { FeedbackEvent, FeedbackOp } from '../../../schemas/generated/feedback-event.ts';
import { orphanedFeedback, type OrphanedFeedback } from '../../../schemas/generated/orphaned-feedback.ts';

/** What is said of one feedback: that it has met its inference, that it was given up as an orphan, or how it is to change. */
export interface Statement {
  readonly says: Says;
  readonly feedback: FeedbackEvent;
  /** Of an orphan null; an amendment or a retraction has the inference left blank. */
  readonly attributed: AttributedFeedback | null;
  readonly orphan: OrphanedFeedback | null;
}

const sayings: Readonly<Record<FeedbackOp, Says>> = { UNKNOWN: 'STANDS', CREATE: 'STANDS', AMEND: 'AMENDS', RETRACT: 'RETRACTS' };

/** What feedback says by its op. */
export const statementOf = (attributed: AttributedFeedback): Statement => ({
  says: sayings[attributed.feedback.op],
  feedback: attributed.feedback,
  attributed,
  orphan: null,
});

/** That feedback was given up, or that it is an orphan no more. */
export const orphanStatement = (orphan: OrphanedFeedback | Tombstone<OrphanedFeedback>): Statement => {
  const of = isTombstone(orphan) ? orphan.deleted : orphan;
  return { says: isTombstone(orphan) ? 'GONE' : 'STANDS', feedback: of.feedback, attributed: null, orphan: of };
};

const written: ReadonlyArray<Says> = ['STANDS', 'GONE', 'AMENDS', 'RETRACTS'];

const bodyOf = ({ attributed, orphan }: Statement): Buffer => {
  if (attributed !== null) return attributedFeedback.encode(attributed);
  return orphan === null ? Buffer.alloc(0) : orphanedFeedback.encode(orphan);
};

const read = (from: ByteReader): Statement => {
  const says = written[from.integer()] ?? 'STANDS';
  const isOrphan = from.boolean();
  const body = from.bytes();
  if (!isOrphan) return { ...statementOf(attributedFeedback.decode(body)), says };
  const orphan = orphanedFeedback.decode(body);
  return { says, feedback: orphan.feedback, attributed: null, orphan };
};

const writer = new ByteWriter();

/** How statements are remembered. */
export const statementCodec: Codec<Statement> = {
  schema: JSON.stringify({ layout: 'statement-1', bodies: [attributedFeedback.schema, orphanedFeedback.schema] }),
  encode: (statement) =>
    writer
      .integer(written.indexOf(statement.says))
      .boolean(statement.attributed === null)
      .bytes(bodyOf(statement))
      .take(),
  decode: (bytes) => read(new ByteReader(bytes)),
};
