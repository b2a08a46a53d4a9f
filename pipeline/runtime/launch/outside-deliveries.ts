import { createHash } from 'node:crypto';
import { isOutside, type Outside, type SinkNode, type Topology } from '../../core/graph.ts';
import { internalTopic } from '../../core/internal-topics.ts';
import { Delivery } from '../delivery/delivery.ts';
import type { DeliveryOptions, DeliveryPorts } from '../delivery/delivery-options.ts';
import type { LaunchServices, LaunchSettings } from './launch-services.ts';

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

const portsFor = (sink: Outside, services: LaunchServices): DeliveryPorts<unknown> => {
  const { cluster, wire, clock, meter, log, random, targetOf } = services;
  return { cluster, clock, meter, log, random, decoder: wire.decoder(sink.type), target: targetOf(sink) };
};

/** Makes one delivery for each sink of the topology that ends outside Kafka. None runs yet. */
export const outsideDeliveries = (topology: Topology, services: LaunchServices, settings: LaunchSettings): ReadonlyArray<OutsideDelivery> =>
  topology.nodes.filter(isOutsideSink).map(({ name: node, sink: to }) => {
    const topic = internalTopic(topology.name, node, 'delivery');
    const groupId = deliveryGroup(settings.runner.group ?? topology.name, node);
    const options = { topology: topology.name, node, topic, groupId, schema: schemaName(to) };
    const limits = { ...settings.delivery, ...portions(topology.name, node, to) };
    return { node, to, topic, groupId, delivery: new Delivery({ ...options, ...limits }, portsFor(to, services)) };
  });
