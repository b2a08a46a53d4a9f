import { MillraceError } from '../../pipeline/core/errors.ts';
import { internalTopic } from '../../pipeline/core/internal-topics.ts';
import { Delivery } from '../../pipeline/runtime/delivery/delivery.ts';
import { runDeliveries, type RunningDeliveries } from '../../pipeline/runtime/launch/run-deliveries.ts';
import { qualityAlert, type QualityAlert } from '../../schemas/generated/quality-alert.ts';
import { modelAlerts } from '../../topologies/feedback/alerts/model-alerts.ts';
import type { ActuatorLaunch, ActuatorServices } from '../actuators/launch-actuators.ts';
import { noticeTarget } from './notice-target.ts';
import type { NotifierSettings } from './notifier-settings.ts';
import { openNotifier } from './open-notifier.ts';

/** What notifiers work with. They belong to the caller, who closes them. */
export interface NotifierServices extends ActuatorServices {
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Which notifiers run, and how. */
export interface NotifierLaunch extends Pick<ActuatorLaunch, 'health'> {
  readonly notifiers: Readonly<Record<string, NotifierSettings>>;
}

/** What stands for the topology in names: of groups, of dead letters, in metrics and in the log. */
const process = 'notify';

/** The consumer group of a notifier, so that its progress can be watched. */
export const notifierGroup = (name: string): string => `millrace.${process}.${name}`;

/** Where the notices go that a receiver has refused. */
export const notifierDeadLetter = (name: string): string => internalTopic(process, name, 'dead-letter');

const forever = { 'cleanup.policy': 'delete', 'retention.ms': '-1' };

const openTopics = async (names: ReadonlyArray<string>, { cluster }: NotifierServices): Promise<void> => {
  const admin = await cluster.admin();
  try {
    if (!(await admin.partitions([modelAlerts.name])).has(modelAlerts.name))
      throw new MillraceError('unknown_topic', `there is no topic ${modelAlerts.name}: a topology that writes quality alerts has it`);
    await admin.createTopics(names.map((name) => ({ topic: notifierDeadLetter(name), partitions: 1, config: forever })));
  } finally {
    await admin.close();
  }
};

/** One notice at a time: what is told twice after a crash is then one. */
const pace = { batch: { records: 1, waitMs: 0 }, retry: { firstMs: 200, mostMs: 10_000, attemptMs: 30_000 } } as const;

const deliveryOf = (name: string, settings: NotifierSettings, services: NotifierServices): Delivery<QualityAlert> => {
  const { cluster, wire, clock, meter, log, random, readFile, env } = services;
  const ports = { clock, readFile, env };
  const target = noticeTarget([name, settings], openNotifier(name, settings, ports), ports);
  const from = { topology: process, node: name, topic: modelAlerts.name, groupId: notifierGroup(name), schema: 'alert' };
  return new Delivery(
    { ...from, ...pace, deadLetter: notifierDeadLetter(name) },
    { cluster, clock, meter, log, random, decoder: wire.decoder(qualityAlert), target },
  );
};

/**
 * Starts notifiers: each reads `model.alerts` under a group of its own and tells its receiver what is meant for it. One that is held up holds up no other.
 *
 * @throws MillraceError `unknown_topic` if there is no topic of alerts; `bad_config` naming what is missing ends it later, too.
 */
export const launchNotifiers = async (services: NotifierServices, { notifiers, health }: NotifierLaunch): Promise<RunningDeliveries> => {
  const { log, meter } = services;
  await openTopics(Object.keys(notifiers), services);
  const deliveries = Object.entries(notifiers).map(([node, settings]) => ({ node, delivery: deliveryOf(node, settings, services) }));
  const status = (isStopping: boolean): unknown => ({
    ready: !isStopping,
    stopping: isStopping,
    notifiers: deliveries.map(({ node, delivery }) => ({
      name: node,
      kind: notifiers[node]?.kind,
      group: notifierGroup(node),
      deadLetter: notifierDeadLetter(node),
      trouble: delivery.trouble ?? null,
    })),
  });
  return runDeliveries({ topology: process, deliveries, status }, { log, meter, health });
};
