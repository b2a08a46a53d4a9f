import { MillraceError } from '../../pipeline/core/errors.ts';
import type { Clock } from '../../pipeline/core/ports/clock.ts';
import type { DeliveryBatch, DeliveryTarget, RefusedRow } from '../../pipeline/core/ports/delivery.ts';
import type { Meter } from '../../pipeline/core/ports/meter.ts';
import type { ModelCommand } from '../../schemas/generated/model-command.ts';
import { type Actuator, type Outcome, refused } from './actuator.ts';
import type { ActuatorSettings } from './actuator-settings.ts';
import type { CommandAcks } from './command-acks.ts';

/** Which commands an actuator is given, and how long it is waited for. */
export type CommandScope = Pick<ActuatorSettings, 'tenant' | 'models' | 'since' | 'ackWithinMs' | 'giveUpAfterMs'>;

/** What carrying commands out works with. */
export interface CommandPorts {
  readonly acks: Pick<CommandAcks, 'open' | 'write' | 'close'>;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly meter: Meter;
}

/**
 * Gives the commands of a delivery to an actuator, and writes an acknowledgement for each before the delivery commits its offset. So a crash
 * between the two repeats both: the actuator finds its work done, and the acknowledgement comes again under its id.
 *
 * Commands for others are passed over. A dry run is acknowledged and never applied. One that is not acknowledged in time is said to be so once,
 * and tried further; one that is older than the patience lasts is not applied any more, and goes to the dead letter.
 */
class CommandTarget implements DeliveryTarget<ModelCommand> {
  readonly #name: string;
  readonly #actuator: Actuator;
  readonly #scope: CommandScope;
  readonly #ports: CommandPorts;
  readonly #saidLate = new Set<string>();

  constructor([name, scope]: readonly [string, CommandScope], actuator: Actuator, ports: CommandPorts) {
    this.#name = name;
    this.#scope = scope;
    this.#actuator = actuator;
    this.#ports = ports;
  }

  async prepare(): Promise<void> {
    await this.#actuator.prepare();
    await this.#ports.acks.open();
  }

  async deliver({ rows }: DeliveryBatch<ModelCommand>, _pending: boolean, signal: AbortSignal): Promise<ReadonlyArray<RefusedRow>> {
    const left: RefusedRow[] = [];
    for (const { offset, value } of rows) {
      const outcome = this.#isMine(value) ? await this.#carryOut(value, signal) : undefined;
      if (outcome !== undefined && outcome.status !== 'APPLIED') left.push({ offset, rule: outcome.rule, detail: outcome.message });
    }
    return left;
  }

  async close(): Promise<void> {
    await this.#actuator.close();
    await this.#ports.acks.close();
  }

  #isMine({ tenant, kind, model_name, decided_at }: ModelCommand): boolean {
    const { models, since } = this.#scope;
    const isMine = tenant === this.#scope.tenant && (models === undefined || Object.hasOwn(models, model_name));
    return isMine && this.#actuator.kinds.includes(kind) && decided_at >= (since ?? -Infinity) * 1000;
  }

  async #carryOut(command: ModelCommand, signal: AbortSignal): Promise<Outcome | undefined> {
    if (command.mode === 'DRY_RUN') {
      await this.#acknowledge(command, 'DRY_RUN', 'a dry run: nothing was changed');
      return undefined;
    }
    const outcome = command.mode === 'ENFORCE' ? await this.#tried(command, signal) : refused('unknown_mode', 'its mode is not known here');
    await this.#acknowledge(command, outcome.status, outcome.message);
    this.#saidLate.delete(command.command_id);
    return outcome;
  }

  async #tried(command: ModelCommand, signal: AbortSignal): Promise<Outcome> {
    const { clock, meter } = this.#ports;
    const started = clock.monotonic();
    const { giveUpAfterMs } = this.#scope;
    if (this.#age(command) > giveUpAfterMs)
      return { status: 'FAILED', rule: 'expired', message: `not carried out within ${giveUpAfterMs} ms of its decision` };
    try {
      return await this.#actuator.apply(command, signal);
    } catch (error) {
      if (error instanceof MillraceError && error.retryable) await this.#sayLate(command, error.message);
      throw error;
    } finally {
      meter.observe('actuator_apply_seconds', { actuator: this.#name }, (clock.monotonic() - started) / 1000);
    }
  }

  /** Says that a command has not been answered in time: once in the life of a process, and under the same id by each. */
  async #sayLate(command: ModelCommand, why: string): Promise<void> {
    if (this.#age(command) < this.#scope.ackWithinMs || this.#saidLate.has(command.command_id)) return;
    await this.#acknowledge(command, 'TIMED_OUT', why);
    this.#saidLate.add(command.command_id);
  }

  async #acknowledge(command: ModelCommand, status: Outcome['status'] | 'DRY_RUN' | 'TIMED_OUT', message: string): Promise<void> {
    const { acks, meter } = this.#ports;
    await acks.write(command, status, message);
    meter.count('actuator_commands_total', { actuator: this.#name, status: status.toLowerCase() }, 1);
    if (status === 'APPLIED') meter.observe('actuator_age_seconds', { actuator: this.#name }, Math.max(0, this.#age(command)) / 1000);
  }

  /** How long ago it was decided, ms. */
  #age({ decided_at }: ModelCommand): number {
    return this.#ports.clock.now() - decided_at / 1000;
  }
}

/** Makes the target by which a delivery of `model.commands` gives them to an actuator; `named`: its name, and which commands it is given. */
export const commandTarget = (
  named: readonly [name: string, scope: CommandScope],
  actuator: Actuator,
  ports: CommandPorts,
): DeliveryTarget<ModelCommand> => new CommandTarget(named, actuator, ports);
