import { days } from '../../pipeline/core/time.ts';
import { compactedTopic, rawTopic, topic } from '../../pipeline/core/topic.ts';
import { attributedFeedback } from '../../schemas/generated/attributed-feedback.ts';
import { commandAck } from '../../schemas/generated/command-ack.ts';
import { feedbackEvent } from '../../schemas/generated/feedback-event.ts';
import { inferenceLog } from '../../schemas/generated/inference-log.ts';
import { modelCommand } from '../../schemas/generated/model-command.ts';
import { modelDeployment } from '../../schemas/generated/model-deployment.ts';
import { orphanedFeedback } from '../../schemas/generated/orphaned-feedback.ts';
import { qualityCorrection } from '../../schemas/generated/quality-correction.ts';
import { referenceBlock } from '../../schemas/generated/reference-block.ts';
import { referenceSegment } from '../../schemas/generated/reference-segment.ts';
import { referenceSignal } from '../../schemas/generated/reference-signal.ts';
import { reviewTask } from '../../schemas/generated/review-task.ts';
import { trainingCorrection } from '../../schemas/generated/training-correction.ts';
import { trainingImplicit } from '../../schemas/generated/training-implicit.ts';
import { trainingPreference } from '../../schemas/generated/training-preference.ts';
import { trainingRating } from '../../schemas/generated/training-rating.ts';
import { windowAggregate } from '../../schemas/generated/window-aggregate.ts';

/** What the log is rebuilt from is never deleted. */
const forever = { 'cleanup.policy': 'delete', 'retention.ms': '-1' };

/** The last record of a feedback is the current one. Readers that were away for a month still see what was taken back. */
const current = { 'cleanup.policy': 'compact', 'delete.retention.ms': String(days(30)) };

const byTarget = ['tenant', 'inference_id'] as const;
const byFeedback = [...byTarget, 'feedback_id'] as const;
const byModel = ['tenant', 'model_name'] as const;

/** The topics of the feedback loop, each bound to its schema and key. What shares the first two parts of a key is partitioned alike. */
export const topics = {
  feedbackReceived: topic('feedback.received', {
    type: feedbackEvent,
    key: ['tenant', 'target.id'],
    time: 'event_time',
    config: forever,
  }),
  inferenceLogged: topic('inference.logged', { type: inferenceLog, key: byTarget, time: 'started', config: forever }),
  modelDeployments: topic('model.deployments', { type: modelDeployment, key: byModel, time: 'deployed_at', config: forever }),

  feedbackAttributed: topic('feedback.attributed', {
    type: attributedFeedback,
    key: ['tenant', 'feedback.target.id'],
    time: 'feedback.event_time',
  }),
  feedbackOrphaned: compactedTopic('feedback.orphaned', { type: orphanedFeedback, key: ['tenant', 'feedback_id', 'target_id'] }),
  deadLetter: rawTopic('feedback.dead-letter', forever),

  modelQuality: topic('model.quality', { type: windowAggregate, key: byModel, time: 'window_start' }),
  modelQualityCorrections: topic('model.quality-corrections', { type: qualityCorrection, key: byModel, time: 'event_time' }),
  modelCommands: topic('model.commands', { type: modelCommand, key: byModel, time: 'decided_at', config: forever }),
  modelCommandAcks: topic('model.command-acks', { type: commandAck, key: byModel, time: 'acknowledged_at', config: forever }),

  training: {
    corrections: compactedTopic('training.corrections', { type: trainingCorrection, key: byFeedback, time: 'event_time', config: current }),
    preferences: compactedTopic('training.preferences', { type: trainingPreference, key: byFeedback, time: 'event_time', config: current }),
    ratings: compactedTopic('training.ratings', { type: trainingRating, key: byFeedback, time: 'event_time', config: current }),
    implicit: compactedTopic('training.implicit', { type: trainingImplicit, key: byFeedback, time: 'event_time', config: current }),
  },
  reviewTasks: compactedTopic('review.tasks', { type: reviewTask, key: byFeedback, time: 'event_time', config: current }),

  referenceSignals: compactedTopic('reference.signals', { type: referenceSignal, key: ['tenant', 'key'] }),
  referenceSegments: compactedTopic('reference.segments', { type: referenceSegment, key: ['tenant', 'submitter_id_hash'] }),
  referenceBlocklist: compactedTopic('reference.blocklist', { type: referenceBlock, key: ['tenant', 'submitter_id_hash'] }),
} as const;
