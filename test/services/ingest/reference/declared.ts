import type { BroadcastView } from '../../../../pipeline/core/operator.ts';
import type { ReferenceBlock } from '../../../../schemas/generated/reference-block.ts';
import type { ReferenceSignal } from '../../../../schemas/generated/reference-signal.ts';
import type { UndeclaredPolicy } from '../../../../services/ingest/reference/policies.ts';
import { type Reference, referenceOn } from '../../../../services/ingest/reference/reference.ts';
import { fixtureBlocks, fixtureSignals } from '../../../fixtures/sound-feedback.ts';

const digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

const viewOf = <Row>(rows: ReadonlyArray<Row>, keyOf: (row: Row) => string): BroadcastView<Row> => {
  const found = new Map(rows.map((row) => [keyOf(row), row]));
  return { get: (key) => found.get(key), version: () => '' };
};

/** The declared signals of a tenant: those of the fixtures, with labels that the forms of feedback use. */
export const signalsOf = (tenant: string, labels: ReadonlyArray<string> = digits): ReadonlyArray<ReferenceSignal> =>
  fixtureSignals.map((signal) => ({ ...signal, tenant, labels: signal.labels.length === 0 ? [] : labels }));

/** The reference data of the fixtures, without a topic. */
export const fixtureReference = (
  undeclared: UndeclaredPolicy = 'reject',
  {
    signals = fixtureSignals,
    blocks = fixtureBlocks,
  }: Partial<{ signals: ReadonlyArray<ReferenceSignal>; blocks: ReadonlyArray<ReferenceBlock> }> = {},
): Reference =>
  referenceOn(
    {
      signals: viewOf(signals, ({ tenant, key }) => `${tenant}|${key}`),
      blocks: viewOf(blocks, ({ tenant, submitter_id_hash }) => `${tenant}|${submitter_id_hash}`),
    },
    undeclared,
  );
