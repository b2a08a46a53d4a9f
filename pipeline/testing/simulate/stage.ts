import { memoryRegistry } from '../../avro/memory-registry.ts';
import { createWire } from '../../avro/wire.ts';
import { MillraceError } from '../../core/errors.ts';
import type { Topology } from '../../core/graph.ts';
import type { Lookup } from '../../core/ports/lookup.ts';
import type { RegistryClient } from '../../avro/registry-client.ts';
import type { Wire } from '../../core/ports/wire.ts';
import type { Topic } from '../../core/topic.ts';
import type { Message } from './message.ts';
import { outputSpecs } from './outputs.ts';
import type { Simulation } from './simulation.ts';

/** The topics that a topology reads, broadcast ones apart. */
export const inputTopics = (
  topology: Topology,
): { readonly sources: ReadonlyArray<Topic<unknown>>; readonly broadcasts: ReadonlyArray<Topic<unknown>> } => ({
  sources: topology.nodes.flatMap((node) => (node.kind === 'source' ? [node.topic] : [])),
  broadcasts: topology.nodes.flatMap((node) => (node.kind === 'broadcast' ? [node.topic] : [])),
});

const checkPorts = (topology: Topology, { lookups = {} }: Simulation): void => {
  const missing = topology.nodes.flatMap((node) => {
    if (node.kind !== 'step' || node.operator.shape !== 'lookup' || Object.hasOwn(lookups, node.operator.port)) return [];
    return [`the lookup "${node.name}" has no port: give the simulation lookups with one under "${node.operator.port}"`];
  });
  if (missing.length > 0) throw new MillraceError('bad_config', missing.join('\n'));
};

type Encoders = ReadonlyMap<string, (value: unknown) => Buffer>;

/** A registry that is asked once for each schema, however many processes start: what asking costs is not what is looked at. */
const askedOnce = (registry: RegistryClient): RegistryClient => {
  const found = new Map<string, number>();
  const lookup = async (subject: string, schema: string): Promise<number | undefined> => {
    const key = `${subject}\0${schema}`;
    const id = found.get(key) ?? (await registry.lookup(subject, schema));
    if (id !== undefined) found.set(key, id);
    return id;
  };
  return { ...registry, lookup };
};

/** What the runs of a topology have in common, made once: the schemas are known from the beginning, so that no run differs for having been the first. */
export class Stage {
  readonly topology: Topology;
  readonly wire: Wire;
  readonly lookups: Readonly<Record<string, Lookup<unknown>>>;
  readonly #encoders: Encoders;
  readonly #broadcasts: ReadonlySet<string>;
  readonly #encoded = new WeakMap<Message, Buffer | null>();

  private constructor(topology: Topology, simulation: Simulation, made: { readonly wire: Wire; readonly encoders: Encoders }) {
    this.topology = topology;
    this.wire = made.wire;
    this.lookups = simulation.lookups ?? {};
    this.#encoders = made.encoders;
    this.#broadcasts = new Set(inputTopics(topology).broadcasts.map(({ name }) => name));
  }

  /** Throws `bad_config` if a lookup of the topology has no port. */
  static async of(topology: Topology, simulation: Simulation): Promise<Stage> {
    checkPorts(topology, simulation);
    const registry = askedOnce(memoryRegistry());
    const wire = createWire(registry);
    const { sources, broadcasts } = inputTopics(topology);
    const repartitions = topology.nodes.flatMap((node) => (node.kind === 'repartition' ? [node.topic] : []));
    const encoders = new Map<string, (value: unknown) => Buffer>();
    for (const { name, type } of [...sources, ...broadcasts, ...repartitions]) {
      encoders.set(name, await wire.encoder(name, type));
      await wire.decoder(type).learn((await registry.lookup(`${name}-value`, type.schema)) ?? 0);
    }
    for (const { topic, type } of outputSpecs(topology)) {
      await wire.encoder(topic, type);
      await registry.lookup(`${topic}-value`, type.schema);
    }
    return new Stage(topology, simulation, { wire, encoders });
  }

  isBroadcast({ topic }: Message): boolean {
    return this.#broadcasts.has(topic);
  }

  /** What of a message goes over the wire. Throws `bad_config` for a topic that the topology does not read, `not_encodable` for a wrong value. */
  bytesOf(message: Message): Buffer | null {
    const known = this.#encoded.get(message);
    if (known !== undefined) return known;
    const bytes = message.bytes === undefined ? this.#encode(message) : message.bytes;
    this.#encoded.set(message, bytes);
    return bytes;
  }

  #encode({ topic, value }: Message): Buffer {
    const encode = this.#encoders.get(topic);
    if (encode === undefined)
      throw new MillraceError('bad_config', `an input goes to ${topic}, which "${this.topology.name}" does not read`);
    return encode(value);
  }
}
