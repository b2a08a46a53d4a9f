import type { InferenceLog } from '../../../schemas/generated/inference-log.ts';
import type { ModelDeployment } from '../../../schemas/generated/model-deployment.ts';
import { idNamespace, policyModel, tenant } from './inference-record.ts';
import { uuid5 } from './uuid5.ts';

const deployed = (first: InferenceLog, predecessor: string | null): ModelDeployment => ({
  tenant,
  event_id: uuid5(idNamespace, `model.deployments/${first.model_name}/${first.model_version}`),
  schema_version: 1,
  traceparent: null,
  model_name: first.model_name,
  model_version: first.model_version,
  status: 'DEPLOYED',
  predecessor,
  deployment: null,
  deployed_at: first.started,
});

/**
 * One deployment per model version, at its first inference, in that order.
 *
 * Versions of a classifier replace each other: each names the one before it as predecessor. Policies run side by side and name none, so
 * that neither can be rolled back to the other.
 */
export const deployments = (inferences: ReadonlyArray<InferenceLog>): ReadonlyArray<ModelDeployment> => {
  const seen = new Set<string>();
  const latest = new Map<string, string>();
  const found: ModelDeployment[] = [];
  for (const inference of [...inferences].sort((a, b) => a.started - b.started)) {
    const { model_name, model_version } = inference;
    const version = JSON.stringify([model_name, model_version]);
    if (seen.has(version)) continue;
    seen.add(version);
    found.push(deployed(inference, model_name === policyModel ? null : (latest.get(model_name) ?? null)));
    latest.set(model_name, model_version);
  }
  return found;
};
