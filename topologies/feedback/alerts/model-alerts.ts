import { topic } from '../../../pipeline/core/topic.ts';
import { qualityAlert } from '../../../schemas/generated/quality-alert.ts';

/** What people are told of the quality of models. `millrace notify` reads it. */
export const modelAlerts = topic('model.alerts', {
  type: qualityAlert,
  key: ['tenant', 'model_name'],
  time: 'told_at',
  config: { 'cleanup.policy': 'delete', 'retention.ms': '-1' },
});
