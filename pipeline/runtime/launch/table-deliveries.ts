import { createHash } from 'node:crypto';
import type { SinkNode, Topology } from '../../core/graph.ts';
import { internalTopic } from '../../core/internal-topics.ts';
import type { Table } from '../../core/table.ts';
import { Delivery } from '../delivery/delivery.ts';
import type { LaunchServices, LaunchSettings } from './launch-services.ts';

/** A delivery of a process: which sink's rows it carries, from where to where. */
export interface TableDelivery {
  readonly node: string;
  readonly table: string;
  readonly topic: string;
  readonly groupId: string;
  readonly delivery: Delivery<unknown>;
}

interface TableSink extends SinkNode {
  readonly sink: Table<unknown>;
}

const isTableSink = (node: { readonly kind: string; readonly sink?: { readonly kind: string } }): node is TableSink =>
  node.kind === 'sink' && node.sink?.kind === 'table';

/** Names the schema of rows in tokens: what changes it makes other tokens. */
const schemaName = ({ type }: Table<unknown>): string => createHash('sha256').update(type.schema).digest('hex').slice(0, 16);

/** The consumer group of a sink's delivery, so that its progress can be watched. */
export const deliveryGroup = (group: string, node: string): string => `${group}.${node}.delivery`;

/** Makes one delivery for each sink of the topology that ends in a table. None runs yet. */
export const tableDeliveries = (topology: Topology, services: LaunchServices, settings: LaunchSettings): ReadonlyArray<TableDelivery> =>
  topology.nodes.filter(isTableSink).map(({ name: node, sink: table }) => {
    const topic = internalTopic(topology.name, node, 'delivery');
    const groupId = deliveryGroup(settings.runner.group ?? topology.name, node);
    const options = { topology: topology.name, node, topic, groupId, schema: schemaName(table), ...settings.delivery };
    const { cluster, wire, clock, meter, log, random } = services;
    const ports = { cluster, clock, meter, log, random, decoder: wire.decoder(table.type), target: services.targetOf(table) };
    return { node, table: table.name, topic, groupId, delivery: new Delivery(options, ports) };
  });
