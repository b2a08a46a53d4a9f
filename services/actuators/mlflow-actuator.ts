import { z } from 'zod';
import { MillraceError } from '../../pipeline/core/errors.ts';
import type { Answer } from '../../pipeline/http-delivery/post.ts';
import { type Actuator, applied, conflict, noTarget, type Outcome, refused } from './actuator.ts';
import type { SettingsOf } from './actuator-settings.ts';
import { HttpPeer, jsonIn, type PeerPorts } from './http-peer.ts';

/** MLflow's REST API 2.0: one path to read an alias by GET and to set it by POST. */
const aliasPath = '/api/2.0/mlflow/registered-models/alias';

const aliased = z.object({ model_version: z.object({ version: z.string() }) });
const mistake = z.object({ error_code: z.string(), message: z.string().default('') });

/** Answers in the range of 400 that are no word about the command: credentials, rights, overload. */
const passing = new Set([401, 403, 407, 408, 425, 429]);

/** What is to be moved, in MLflow's names. */
interface Move {
  readonly model: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Moves an alias of a registered model of MLflow. The alias is read first: it is set only if it does not point at the version to go to already, and
 * only if it still points at the version to leave. MLflow has no conditional write, so what somebody else sets between the two is overwritten.
 *
 * What MLflow refuses by a code of its own is refused; any other answer that is no success may come from something in between, and is tried again.
 */
class MlflowActuator implements Actuator {
  readonly kinds = ['ROLLBACK', 'PROMOTE'] as const;
  readonly #settings: SettingsOf<'mlflow'>;
  readonly #peer: HttpPeer;

  constructor(settings: SettingsOf<'mlflow'>, peer: HttpPeer) {
    this.#settings = settings;
    this.#peer = peer;
  }

  prepare(): Promise<void> {
    return this.#peer.prepare();
  }

  async apply(command: Parameters<Actuator['apply']>[0], signal: AbortSignal): Promise<Outcome> {
    if (command.to_version === null) return noTarget;
    const [from, to] = [this.#number(command.from_version), this.#number(command.to_version)];
    if (from === undefined || to === undefined)
      return refused('unknown_version', `versions of MLflow are numbers behind "${this.#settings.versionPrefix}"`);
    return this.#moved({ model: this.#settings.models?.[command.model_name] ?? command.model_name, from, to }, signal);
  }

  close(): Promise<void> {
    this.#peer.close();
    return Promise.resolve();
  }

  #number(version: string): string | undefined {
    const { versionPrefix } = this.#settings;
    const number = version.startsWith(versionPrefix) ? version.slice(versionPrefix.length) : '';
    return /^[1-9]\d*$/.test(number) ? number : undefined;
  }

  async #moved({ model, from, to }: Move, signal: AbortSignal): Promise<Outcome> {
    const { alias } = this.#settings;
    const what = `the alias "${alias}" of "${model}"`;
    const read = await this.#peer.ask({
      method: 'GET',
      path: `${aliasPath}?name=${encodeURIComponent(model)}&alias=${encodeURIComponent(alias)}`,
      body: '',
      signal,
    });
    if (!isTaken(read)) return this.#refusal(read);
    const now = this.#versionIn(read);
    if (now === to) return applied(`${what} pointed at ${to} already`);
    if (now !== from) return conflict(`${what} points at ${now}, not at ${from}: it was left as it is`);
    const body = JSON.stringify({ name: model, alias, version: to });
    const set = await this.#peer.ask({ path: aliasPath, headers: { 'content-type': 'application/json' }, body, signal });
    return isTaken(set) ? applied(`${what} was moved from ${from} to ${to}`) : this.#refusal(set);
  }

  #versionIn(answer: Answer): string {
    const { data } = aliased.safeParse(jsonIn(answer.text));
    if (data === undefined) throw new MillraceError('receiver_unavailable', 'what answers under the URL of MLflow is not MLflow');
    return data.model_version.version;
  }

  /** Throws what is to be tried again. */
  #refusal(answer: Answer): Outcome {
    const { data } = mistake.safeParse(jsonIn(answer.text));
    const isItsWord = answer.status >= 400 && answer.status < 500 && !passing.has(answer.status);
    if (data === undefined || !isItsWord) throw this.#peer.later(answer, 'MLflow');
    return refused(`mlflow_${data.error_code.toLowerCase()}`, data.message.slice(0, 300));
  }
}

const isTaken = ({ status }: Answer): boolean => status >= 200 && status < 300;

/** Makes an actuator that moves an alias in MLflow's model registry. */
export const mlflowActuator = (name: string, settings: SettingsOf<'mlflow'>, ports: PeerPorts): Actuator =>
  new MlflowActuator(settings, new HttpPeer(name, settings, ports));
