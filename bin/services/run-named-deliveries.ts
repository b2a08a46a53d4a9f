import { readFile } from 'node:fs/promises';
import { MillraceError, messageOf } from '../../pipeline/core/errors.ts';
import type { HealthAddress } from '../../pipeline/runtime/health-server.ts';
import { randomShare } from '../../pipeline/runtime/id-source.ts';
import type { RunningDeliveries } from '../../pipeline/runtime/launch/run-deliveries.ts';
import { untilSignalled } from '../../pipeline/runtime/launch/until-signalled.ts';
import { jsonLog } from '../../pipeline/runtime/logger.ts';
import { prometheusMeter } from '../../pipeline/runtime/prometheus-meter.ts';
import type { NotifierServices } from '../../services/notifiers/launch-notifiers.ts';
import { bothChecked } from '../cli/both-checked.ts';
import type { CommandContext } from '../cli/context.ts';
import type { SettingName } from '../cli/setting-table.ts';
import { readSettings, type SettingSources } from '../cli/settings.ts';
import { defaultPort } from './launch-settings.ts';
import { openServices } from './open-services.ts';
import { usingServices } from './using-services.ts';

type Named<S> = Readonly<Record<string, S>>;

/** Deliveries that a file says by name. */
export interface NamedDeliveries<S> {
  /** What they are, for messages, e.g. `actuators`. */
  readonly what: string;
  /** What they do, as it is printed before their names. */
  readonly does: string;
  /** Reads the file's text; `place` names the file in messages. */
  readonly read: (text: string, place: string) => Named<S>;
  readonly launch: (services: NotifierServices, named: Named<S>, health: HealthAddress) => Promise<RunningDeliveries>;
}

/** The settings that such a command takes beside those of Kafka and the registry. */
export const namedDeliverySettings: ReadonlyArray<SettingName> = ['healthHost', 'healthPort', 'graceSeconds', 'logLevel'];

const textOf = (path: string): Promise<string> => readFile(path, 'utf8');

const namedIn = async <S>(path: string, { what, read }: NamedDeliveries<S>): Promise<Named<S>> => {
  const text = await textOf(path).catch((error: unknown) => {
    throw new MillraceError('bad_config', `the file of ${what} cannot be read: ${messageOf(error)}`, error);
  });
  return read(text, path);
};

/** Runs the deliveries that a file says until a signal ends them. Throws `bad_config` for the file and the settings, both checked at once. */
export const runNamedDeliveries = async <S>(
  { file, flags }: { readonly file: string; readonly flags: SettingSources['flags'] },
  deliveries: NamedDeliveries<S>,
  { env, signals, print }: CommandContext,
): Promise<void> => {
  const [settings, named] = await bothChecked(
    () => readSettings({ flags, env }, ['kafka', 'registry']),
    () => namedIn(file, deliveries),
  );
  const log = jsonLog(settings.logLevel);
  const services = await openServices({ ...settings, clickhouse: undefined, endpoints: undefined }, log);
  await usingServices(services, async () => {
    const { cluster, wire, clock } = services;
    const health = { host: settings.healthHost, port: settings.healthPort ?? defaultPort };
    const ports = { cluster, wire, clock, log, meter: prometheusMeter(), random: randomShare, readFile: textOf, env };
    const launched = await deliveries.launch(ports, named, health);
    print(`${deliveries.does}: ${Object.keys(named).join(', ')}: ${launched.url}/status, /metrics\n`);
    await untilSignalled(launched, { signals, clock, log, graceMs: settings.graceSeconds * 1000 });
  });
};
