import { messageOf, MillraceError } from '../../pipeline/core/errors.ts';
import { jsonOf } from '../../pipeline/http-delivery/parcels.ts';
import { redacted } from '../../pipeline/http-delivery/read-address.ts';
import { verdictOf } from '../../pipeline/http-delivery/verdict.ts';
import type { ModelCommand } from '../../schemas/generated/model-command.ts';
import { type Actuator, applied, conflict, type Outcome, refused } from './actuator.ts';
import type { SettingsOf } from './actuator-settings.ts';
import { HttpPeer, type PeerPorts } from './http-peer.ts';
import { secretsIn, signatureHeader, signatureOf } from './webhook-signature.ts';

/**
 * Posts commands as JSON, signed, under the command's id as `Idempotency-Key`. Answers mean what they mean for an HTTP delivery; besides, 409
 * says that what the command expects is no longer so.
 */
class WebhookActuator implements Actuator {
  readonly kinds = ['ROLLBACK', 'PROMOTE', 'PAUSE', 'NOTIFY'] as const;
  readonly #name: string;
  readonly #settings: SettingsOf<'webhook'>;
  readonly #ports: PeerPorts;
  readonly #peer: HttpPeer;

  constructor(name: string, settings: SettingsOf<'webhook'>, ports: PeerPorts) {
    this.#name = name;
    this.#settings = settings;
    this.#ports = ports;
    this.#peer = new HttpPeer(name, settings, ports);
  }

  async prepare(): Promise<void> {
    await this.#secrets('bad_config');
    await this.#peer.prepare();
  }

  async apply(command: ModelCommand, signal: AbortSignal): Promise<Outcome> {
    const secrets = await this.#secrets('receiver_unavailable');
    const body = jsonOf(command);
    const headers = {
      'content-type': 'application/json',
      'idempotency-key': command.command_id,
      [signatureHeader]: signatureOf(body, Math.floor(this.#ports.clock.now() / 1000), secrets),
    };
    const answer = await this.#peer.ask({ headers, body, signal });
    const clean = { ...answer, text: redacted(answer.text, secrets) };
    const verdict = verdictOf(answer.status);
    if (verdict === 'later') throw this.#peer.later(clean, 'the receiver');
    if (verdict === 'taken') return applied('the receiver has taken it');
    const detail = clean.text.slice(0, 300);
    return answer.status === 409 ? conflict(detail) : refused(`http_${answer.status}`, detail);
  }

  close(): Promise<void> {
    this.#peer.close();
    return Promise.resolve();
  }

  /** Read anew each time, so that they can be changed while the process runs. */
  async #secrets(code: 'bad_config' | 'receiver_unavailable'): Promise<ReadonlyArray<string>> {
    const wrong = (why: string, cause?: unknown): MillraceError =>
      new MillraceError(code, `actuator "${this.#name}", secretFile ${why}`, cause);
    const text = await this.#ports.readFile(this.#settings.secretFile).catch((error: unknown) => {
      throw wrong(`cannot be read: ${messageOf(error)}`, error);
    });
    const secrets = secretsIn(text);
    if (secrets.length === 0 || secrets.some(({ length }) => length < 16)) throw wrong('holds no secret of 16 characters or more a line');
    return secrets;
  }
}

/** Makes an actuator that posts commands to a receiver, signed. */
export const webhookActuator = (name: string, settings: SettingsOf<'webhook'>, ports: PeerPorts): Actuator =>
  new WebhookActuator(name, settings, ports);
