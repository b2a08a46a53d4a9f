import { chosenKey } from '../../../pipeline/core/key-choice.ts';
import type { BroadcastView } from '../../../pipeline/core/operator.ts';
import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import type { ReferenceBlock } from '../../../schemas/generated/reference-block.ts';
import type { ReferenceSignal } from '../../../schemas/generated/reference-signal.ts';
import type { CheckedFeedback } from '../../../topologies/feedback/checks/checked-feedback.ts';
import { declaredSignal } from '../../../topologies/feedback/enrichment/declared-signal.ts';
import { submitterBlock } from '../../../topologies/feedback/enrichment/submitter-block.ts';
import type { UndeclaredPolicy } from './policies.ts';

/** The reference data that feedback is checked against, as this process has read it. */
export interface Reference {
  readonly undeclared: UndeclaredPolicy;
  /** Sets beside feedback what is declared of its signal, and why its submitter is blocked. */
  readonly beside: (event: FeedbackEvent) => CheckedFeedback;
}

/** The tables of the reference data. */
export interface ReferenceTables {
  readonly signals: BroadcastView<ReferenceSignal>;
  readonly blocks: BroadcastView<ReferenceBlock>;
}

/** Looks feedback up as the topology does, by its own keys. */
export const referenceOn = ({ signals, blocks }: ReferenceTables, undeclared: UndeclaredPolicy): Reference => {
  const signalKey = chosenKey(declaredSignal.key);
  const blockKey = chosenKey(submitterBlock.key);
  return {
    undeclared,
    beside: (event) => {
      const declared = declaredSignal.merge(event, signals.get(signalKey(event)), signals.version());
      return submitterBlock.merge(declared, blocks.get(blockKey(declared)), blocks.version());
    },
  };
};
