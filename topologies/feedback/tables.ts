import { table } from '../../pipeline/core/table.ts';
import { feedbackOutcome } from '../../schemas/generated/feedback-outcome.ts';
import { modelCommand } from '../../schemas/generated/model-command.ts';
import { qualityCorrection } from '../../schemas/generated/quality-correction.ts';
import { windowAggregate } from '../../schemas/generated/window-aggregate.ts';

/** The tables of the feedback loop. Rows that are revised replace each other by their sort key; read those tables with FINAL. */
export const tables = {
  /** One metric of one version in one minute; the highest revision is current. */
  modelQuality: table('model_quality', {
    type: windowAggregate,
    orderBy: ['tenant', 'model_name', 'model_version', 'metric', 'window_start'],
    version: 'revision',
    partitionBy: { every: 'month', of: 'window_start' },
  }),
  /** What came after a window had closed: to be added to its row. */
  modelQualityCorrections: table('model_quality_corrections', {
    type: qualityCorrection,
    orderBy: ['tenant', 'model_name', 'model_version', 'metric', 'event_id'],
    partitionBy: { every: 'month', of: 'window_start' },
  }),
  /** Where each feedback ended that was not refused; the last word counts. */
  feedbackOutcomes: table('feedback_outcomes', {
    type: feedbackOutcome,
    orderBy: ['tenant', 'target_id', 'feedback_id'],
    version: '_offset',
  }),
  /** Every order, with its evidence. */
  modelCommands: table('model_commands', {
    type: modelCommand,
    orderBy: ['tenant', 'model_name', 'command_id'],
    version: '_offset',
  }),
} as const;
