import { MillraceError } from '../../pipeline/core/errors.ts';
import { internalTopic } from '../../pipeline/core/internal-topics.ts';
import type { Clock } from '../../pipeline/core/ports/clock.ts';
import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import type { Log } from '../../pipeline/core/ports/log.ts';
import type { Wire } from '../../pipeline/core/ports/wire.ts';
import { Delivery } from '../../pipeline/runtime/delivery/delivery.ts';
import type { HealthAddress } from '../../pipeline/runtime/health-server.ts';
import { runDeliveries, type RunningDeliveries } from '../../pipeline/runtime/launch/run-deliveries.ts';
import type { PrometheusMeter } from '../../pipeline/runtime/prometheus-meter.ts';
import { modelCommand, type ModelCommand } from '../../schemas/generated/model-command.ts';
import { topics } from '../../topologies/feedback/topics.ts';
import type { ActuatorSettings } from './actuator-settings.ts';
import { CommandAcks } from './command-acks.ts';
import { commandTarget } from './command-target.ts';
import { openActuator } from './open-actuator.ts';

/** What actuators work with. They belong to the caller, who closes them. */
export interface ActuatorServices {
  readonly cluster: Cluster;
  readonly wire: Wire;
  readonly clock: Clock;
  readonly meter: PrometheusMeter;
  readonly log: Log;
  /** A number from 0 up to 1, for the jitter of retries. */
  readonly random: () => number;
  readonly readFile: (path: string) => Promise<string>;
}

/** Which actuators run, and how. */
export interface ActuatorLaunch {
  readonly actuators: Readonly<Record<string, ActuatorSettings>>;
  readonly health: HealthAddress;
}

/** What stands for the topology in names: of groups, of dead letters, in metrics and in the log. */
const process = 'actuate';

/** The consumer group of an actuator, so that its progress can be watched. */
export const actuatorGroup = (name: string): string => `millrace.${process}.${name}`;

/** Where the commands go that an actuator has refused or given up. */
export const actuatorDeadLetter = (name: string): string => internalTopic(process, name, 'dead-letter');

const forever = { 'cleanup.policy': 'delete', 'retention.ms': '-1' };

const openTopics = async (names: ReadonlyArray<string>, { cluster }: ActuatorServices): Promise<void> => {
  const { modelCommands: commands, modelCommandAcks: acks } = topics;
  const admin = await cluster.admin();
  try {
    const partitions = (await admin.partitions([commands.name])).get(commands.name);
    if (partitions === undefined)
      throw new MillraceError('unknown_topic', `there is no topic ${commands.name}: create it with millrace topics feedback --create`);
    const deadLetters = names.map((name) => ({ topic: actuatorDeadLetter(name), partitions: 1, config: forever }));
    await admin.createTopics([{ topic: acks.name, partitions, config: acks.config }, ...deadLetters]);
  } finally {
    await admin.close();
  }
};

/**
 * One command at a time: what waits to be applied twice after a crash is then one. A retry comes soon, since a rollback is urgent, and a
 * receiver of commands is not drowned by a few.
 */
const pace = { batch: { records: 1, waitMs: 0 }, retry: { firstMs: 100, mostMs: 5_000, attemptMs: 30_000 } } as const;

const deliveryOf = (name: string, settings: ActuatorSettings, services: ActuatorServices): Delivery<ModelCommand> => {
  const { cluster, wire, clock, meter, log, random, readFile } = services;
  const acks = new CommandAcks(name, { cluster, wire, clock });
  const target = commandTarget([name, settings], openActuator(name, settings, { clock, readFile }), { acks, clock, meter });
  const from = { topology: process, node: name, topic: topics.modelCommands.name, groupId: actuatorGroup(name), schema: 'command' };
  const ports = { cluster, clock, meter, log, random, decoder: wire.decoder(modelCommand), target };
  return new Delivery({ ...from, ...pace, deadLetter: actuatorDeadLetter(name) }, ports);
};

/**
 * Starts actuators: each reads `model.commands` under a group of its own, carries out what is meant for it and answers in `model.command-acks`.
 * An actuator that is held up holds up no other. As many such processes as wanted may run; partitions are shared among them.
 *
 * @throws MillraceError `unknown_topic` if there is no topic of commands; `bad_config` naming what is missing ends it later, too.
 */
export const launchActuators = async (services: ActuatorServices, { actuators, health }: ActuatorLaunch): Promise<RunningDeliveries> => {
  const { log, meter } = services;
  await openTopics(Object.keys(actuators), services);
  const deliveries = Object.entries(actuators).map(([node, settings]) => ({ node, delivery: deliveryOf(node, settings, services) }));
  const status = (isStopping: boolean): unknown => ({
    ready: !isStopping,
    stopping: isStopping,
    actuators: deliveries.map(({ node, delivery }) => ({
      name: node,
      kind: actuators[node]?.kind,
      group: actuatorGroup(node),
      deadLetter: actuatorDeadLetter(node),
      trouble: delivery.trouble ?? null,
    })),
  });
  return runDeliveries({ topology: process, deliveries, status }, { log, meter, health });
};
