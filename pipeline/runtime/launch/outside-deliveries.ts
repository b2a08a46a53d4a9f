import { createHash } from 'node:crypto';
import { MillraceError } from '../../core/errors.ts';
import { isOutside, type Outside, type SinkNode, type Topology } from '../../core/graph.ts';
import { internalTopic } from '../../core/internal-topics.ts';
import { Delivery } from '../delivery/delivery.ts';
import type { DeliveryOptions, DeliveryPorts } from '../delivery/delivery-options.ts';
import type { DeliveryServices, DeliverySettings } from './launch-services.ts';

/** A delivery of a process: which sink's rows it carries, from where to where. */
export interface OutsideDelivery {
  readonly node: string;
  readonly to: Outside;
  readonly topic: string;
  readonly groupId: string;
  readonly delivery: Delivery<unknown>;
}

interface OutsideSink extends SinkNode {
  readonly sink: Outside;
}

const isOutsideSink = (node: Topology['nodes'][number]): node is OutsideSink => node.kind === 'sink' && isOutside(node.sink);

/** Names the schema of rows in tokens: what changes it makes other tokens. */
const schemaName = ({ type }: Outside): string => createHash('sha256').update(type.schema).digest('hex').slice(0, 16);

/** The consumer group of a sink's delivery, so that its progress can be watched. */
export const deliveryGroup = (group: string, node: string): string => `${group}.${node}.delivery`;

/** An endpoint's declaration says how its records are portioned and where go those that are refused; tables follow the process's settings. */
const portions = (topology: string, node: string, sink: Outside): Pick<DeliveryOptions, 'batch' | 'deadLetter'> => {
  if (sink.kind === 'table') return {};
  const { records, waitMs } = sink;
  return { batch: { records, waitMs }, deadLetter: internalTopic(topology, node, 'dead-letter') };
};

const portsFor = (sink: Outside, services: DeliveryServices): DeliveryPorts<unknown> => {
  const { cluster, wire, clock, meter, log, random, targetOf } = services;
  return { cluster, clock, meter, log, random, decoder: wire.decoder(sink.type), target: targetOf(sink) };
};

/** Throws `bad_config` naming what is ordered and is no sink outside Kafka. */
const delivered = (topology: Topology, { delivers }: DeliverySettings): ReadonlyArray<OutsideSink> => {
  const sinks = topology.nodes.filter(isOutsideSink);
  const names = sinks.map(({ name }) => name);
  const unknown = (delivers ?? []).filter((name) => !names.includes(name));
  if (unknown.length === 0) return sinks.filter(({ name }) => delivers?.includes(name) ?? true);
  const wrong = unknown.map((name) => `"${name}" is no node of "${topology.name}" that ends in a table or an endpoint`);
  throw new MillraceError('bad_config', `${wrong.join('\n')}\nThere are: ${names.join(', ') || 'none'}`);
};

/** Makes one delivery for each sink of the topology that ends outside Kafka and that this process delivers to. None runs yet. */
export const outsideDeliveries = (
  topology: Topology,
  services: DeliveryServices,
  settings: DeliverySettings,
): ReadonlyArray<OutsideDelivery> =>
  delivered(topology, settings).map(({ name: node, sink: to }) => {
    const topic = internalTopic(topology.name, node, 'delivery');
    const groupId = deliveryGroup(settings.runner.group ?? topology.name, node);
    const options = { topology: topology.name, node, topic, groupId, schema: schemaName(to) };
    const limits = { ...settings.delivery, ...portions(topology.name, node, to) };
    return { node, to, topic, groupId, delivery: new Delivery({ ...options, ...limits }, portsFor(to, services)) };
  });
