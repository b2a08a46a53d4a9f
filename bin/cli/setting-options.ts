import { type Command, Option } from 'commander';
import { flagOf } from './setting-rules.ts';
import type { SettingName } from './setting-table.ts';
import { settingDefault, settingHelp } from './settings.ts';

/** Where a process finds its services, and how it is let in. */
export const serviceSettings: ReadonlyArray<SettingName> = [
  'kafka',
  'registry',
  'clickhouse',
  'endpoints',
  'kafkaTls',
  'kafkaCa',
  'kafkaCertificate',
  'kafkaKey',
  'kafkaKeyPasswordFile',
  'kafkaUser',
  'kafkaPasswordFile',
  'kafkaMechanism',
  'kafkaTokenFile',
  'kafkaTokenUrl',
  'kafkaTokenScope',
  'kafkaTokenCa',
  'registryUser',
  'registryPasswordFile',
  'registryTokenFile',
  'registryCa',
  'registryCertificate',
  'registryKey',
  'clickhouseUser',
  'clickhousePasswordFile',
  'clickhouseTokenFile',
  'clickhouseCa',
  'clickhouseCertificate',
  'clickhouseKey',
];

/** Those of `serviceSettings` that are of one service, for commands that need no other. */
export const settingsOf = (...services: ReadonlyArray<'kafka' | 'registry' | 'clickhouse'>): ReadonlyArray<SettingName> =>
  serviceSettings.filter((name) => services.some((service) => name.startsWith(service)));

/** How a process runs. */
export const processSettings: ReadonlyArray<SettingName> = ['slot', 'group', 'healthHost', 'healthPort', 'graceSeconds', 'logLevel'];

/** What the ingestion API has besides. */
export const ingestSettings: ReadonlyArray<SettingName> = [
  'host',
  'port',
  'grpcPort',
  'keys',
  'links',
  'redaction',
  'redactionKeyFile',
  'tlsCert',
  'tlsKey',
  'tlsClientCa',
  'jwtIssuer',
  'jwtAudience',
  'jwtJwks',
  'jwtTenantClaim',
  'jwtScopeClaim',
  'jwtLeewaySeconds',
  'corsOrigin',
  'keyRate',
  'linkRate',
  'tenantRate',
  'ackSeconds',
  'inFlightMib',
  'undeclared',
];

/** What the proxy has besides. */
export const proxySettings: ReadonlyArray<SettingName> = ['upstream', 'ingest', 'keyFile', 'proxyHost', 'proxyPort', 'proxyKeptKib'];

/** Settings that several flags may give a value each. */
const repeatable: ReadonlySet<SettingName> = new Set(['corsOrigin']);

const joined = (text: string, earlier?: string): string => (earlier === undefined ? text : `${earlier},${text}`);

/**
 * Adds an option for each of these settings. Its value is checked with all others, when the command runs. `defaults`: what the command takes
 * in place of those that are not given, where that is not what every process does.
 */
export const addSettings = (
  command: Command,
  names: ReadonlyArray<SettingName>,
  defaults: Readonly<Partial<Record<SettingName, string>>> = {},
): Command => {
  for (const name of names) {
    const standard = defaults[name] ?? settingDefault(name);
    const told = standard === undefined ? '' : ` (default: ${standard})`;
    const option = new Option(`${flagOf(name)} <value>`, `${settingHelp(name)}${told}`);
    command.addOption(repeatable.has(name) ? option.argParser(joined) : option);
  }
  return command;
};
