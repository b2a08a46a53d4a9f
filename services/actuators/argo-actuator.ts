import { z } from 'zod';
import { MillraceError } from '../../pipeline/core/errors.ts';
import type { Answer } from '../../pipeline/http-delivery/post.ts';
import type { ModelCommand } from '../../schemas/generated/model-command.ts';
import { type Actuator, applied, conflict, noTarget, type Outcome, refused } from './actuator.ts';
import type { SettingsOf } from './actuator-settings.ts';
import { HttpPeer, jsonIn, type PeerPorts } from './http-peer.ts';

const labels = z.record(z.string(), z.string()).optional();

/** What is read of a Rollout, apiVersion argoproj.io/v1alpha1. */
const rollout = z.object({
  kind: z.literal('Rollout'),
  metadata: z.object({ resourceVersion: z.string(), labels }),
  spec: z.object({ template: z.object({ metadata: z.object({ labels }).optional() }).optional() }),
  status: z
    .object({
      abort: z.boolean().default(false),
      promoteFull: z.boolean().default(false),
      currentPodHash: z.string().optional(),
      stableRS: z.string().optional(),
    })
    .prefault({}),
});
type Rollout = z.output<typeof rollout>;

interface Patching {
  readonly found: Rollout;
  readonly signal: AbortSignal;
}

const apiStatus = z.object({ kind: z.literal('Status'), reason: z.string().default('Unknown'), message: z.string().default('') });

/** The API server's word about the request itself; all else, a lost race (409) and rights included, is tried again. */
const final = new Set([400, 404, 405, 415, 422]);

/**
 * Aborts a Rollout of Argo, or promotes it to its end, as `kubectl argo rollouts abort` and `promote --full` do: by a merge patch of its `status`
 * subresource. The patch names the version of the resource that was read, so that the API server refuses it if anything has changed since.
 */
class ArgoActuator implements Actuator {
  readonly kinds = ['ROLLBACK', 'PROMOTE'] as const;
  readonly #settings: SettingsOf<'argo-rollouts'>;
  readonly #peer: HttpPeer;

  constructor(settings: SettingsOf<'argo-rollouts'>, peer: HttpPeer) {
    this.#settings = settings;
    this.#peer = peer;
  }

  prepare(): Promise<void> {
    return this.#peer.prepare();
  }

  async apply(command: ModelCommand, signal: AbortSignal): Promise<Outcome> {
    const { namespace, models } = this.#settings;
    const name = encodeURIComponent(models?.[command.model_name] ?? command.model_name);
    const path = `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/rollouts/${name}`;
    const read = await this.#peer.ask({ method: 'GET', path, headers: { accept: 'application/json' }, body: '', signal });
    if (!isTaken(read)) return this.#refusal(read);
    const found = rolloutIn(read);
    const version = this.#versionOf(found);
    const settled = command.kind === 'PROMOTE' ? beforePromotion(command, found, version) : beforeAbort(command, found, version);
    return settled ?? this.#patched(`${path}/status`, command, { found, signal });
  }

  close(): Promise<void> {
    this.#peer.close();
    return Promise.resolve();
  }

  #versionOf({ spec, metadata }: Rollout): string | undefined {
    const { versionLabel } = this.#settings;
    return spec.template?.metadata?.labels?.[versionLabel] ?? metadata.labels?.[versionLabel];
  }

  async #patched(path: string, { kind }: ModelCommand, { found, signal }: Patching): Promise<Outcome> {
    const order = kind === 'PROMOTE' ? { promoteFull: true } : { abort: true };
    const body = JSON.stringify({ metadata: { resourceVersion: found.metadata.resourceVersion }, status: order });
    const headers = { accept: 'application/json', 'content-type': 'application/merge-patch+json' };
    const patched = await this.#peer.ask({ method: 'PATCH', path, headers, body, signal });
    if (!isTaken(patched)) return this.#refusal(patched);
    return applied(kind === 'PROMOTE' ? 'the rollout was promoted to its end' : 'the rollout was aborted');
  }

  /** Throws what is to be tried again. */
  #refusal(answer: Answer): Outcome {
    const { data } = apiStatus.safeParse(jsonIn(answer.text));
    if (data === undefined || !final.has(answer.status)) throw this.#peer.later(answer, 'the API server');
    return refused(`kubernetes_${answer.status}`, `${data.reason}: ${data.message.slice(0, 300)}`);
  }
}

const isTaken = ({ status }: Answer): boolean => status >= 200 && status < 300;

const rolloutIn = ({ text }: Answer): Rollout => {
  const { data } = rollout.safeParse(jsonIn(text));
  if (data !== undefined) return data;
  throw new MillraceError('receiver_unavailable', 'what answers under the URL of the API server gives no Rollout');
};

const isStable = ({ status: { stableRS, currentPodHash } }: Rollout): boolean => stableRS !== undefined && stableRS === currentPodHash;

const differs = (version: string | undefined, wanted: string): Outcome =>
  conflict(`the rollout is of version ${version ?? 'unknown'} by its label, not of ${wanted}: it was left as it is`);

/** What there is to say without a change; `undefined` if the change is due. */
const beforeAbort = ({ from_version }: ModelCommand, found: Rollout, version: string | undefined): Outcome | undefined => {
  if (version !== from_version) return differs(version, from_version);
  if (found.status.abort) return applied('the rollout was aborted already');
  return isStable(found) ? refused('not_progressing', 'the version is fully rolled out: there is nothing to abort') : undefined;
};

const beforePromotion = ({ to_version }: ModelCommand, found: Rollout, version: string | undefined): Outcome | undefined => {
  if (to_version === null) return noTarget;
  if (version !== to_version) return differs(version, to_version);
  if (found.status.abort) return conflict('the rollout is aborted: it was left as it is');
  return isStable(found) || found.status.promoteFull ? applied('the rollout was promoted already') : undefined;
};

/** Makes an actuator that aborts and promotes Rollouts of Argo. */
export const argoActuator = (name: string, settings: SettingsOf<'argo-rollouts'>, ports: PeerPorts): Actuator =>
  new ArgoActuator(settings, new HttpPeer(name, settings, ports));
