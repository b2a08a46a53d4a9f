import { keyReader } from '../../pipeline/core/key.ts';
import type { Clock } from '../../pipeline/core/ports/clock.ts';
import type { Cluster, PlainProducer } from '../../pipeline/core/ports/cluster.ts';
import type { Wire, WireEncoder } from '../../pipeline/core/ports/wire.ts';
import type { AckStatus, CommandAck } from '../../schemas/generated/command-ack.ts';
import type { ModelCommand } from '../../schemas/generated/model-command.ts';
import { derivedId } from '../../topologies/feedback/derived-id.ts';
import { micros } from '../../topologies/feedback/micros.ts';
import { topics } from '../../topologies/feedback/topics.ts';

/** What writing acknowledgements needs. */
export interface AckPorts {
  readonly cluster: Pick<Cluster, 'producer'>;
  readonly wire: Pick<Wire, 'encoder'>;
  readonly clock: Pick<Clock, 'now'>;
}

const { name: topic, key, type } = topics.modelCommandAcks;
const keyOf = keyReader(key);

/**
 * Writes what became of commands to `model.command-acks`. At least once: what is said again after a crash is another record with the same
 * `event_id`, which is a UUIDv5 of command, actuator and status.
 */
export class CommandAcks {
  readonly #actuator: string;
  readonly #ports: AckPorts;
  #opening: Promise<readonly [PlainProducer, WireEncoder<CommandAck>]> | undefined;

  constructor(actuator: string, ports: AckPorts) {
    this.#actuator = actuator;
    this.#ports = ports;
  }

  /** Registers the schema and opens a producer; done by the first `write` otherwise. */
  async open(): Promise<void> {
    await this.#opened();
  }

  /** Resolves when all replicas have it. */
  async write(command: ModelCommand, status: AckStatus, message: string | null): Promise<void> {
    const [producer, encode] = await this.#opened();
    const ack: CommandAck = {
      tenant: command.tenant,
      event_id: derivedId(command.command_id, `${this.#actuator}/${status}`),
      schema_version: 2,
      traceparent: command.traceparent,
      command_id: command.command_id,
      model_name: command.model_name,
      actuator: this.#actuator,
      status,
      message,
      acknowledged_at: micros(this.#ports.clock.now()),
    };
    await producer.send({ topic, key: Buffer.from(keyOf(ack)), value: encode(ack) });
  }

  async close(): Promise<void> {
    const [producer] = (await this.#opening?.catch(() => undefined)) ?? [];
    await producer?.close();
  }

  /** A failure to open is not kept. */
  #opened(): Promise<readonly [PlainProducer, WireEncoder<CommandAck>]> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  async #open(): Promise<readonly [PlainProducer, WireEncoder<CommandAck>]> {
    const encode = await this.#ports.wire.encoder(topic, type);
    return [await this.#ports.cluster.producer(), encode];
  }
}
