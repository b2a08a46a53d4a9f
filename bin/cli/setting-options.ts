import { type Command, Option } from 'commander';
import { settingDefault, type SettingName, settingHelp } from './settings.ts';

const flagOf = (key: SettingName): string => `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Where a process finds its services. */
export const serviceSettings: ReadonlyArray<SettingName> = [
  'kafka',
  'registry',
  'clickhouse',
  'kafkaTls',
  'kafkaCa',
  'kafkaUser',
  'kafkaPasswordFile',
  'kafkaMechanism',
  'registryUser',
  'registryPasswordFile',
];

/** How a process runs. */
export const processSettings: ReadonlyArray<SettingName> = ['slot', 'group', 'healthHost', 'healthPort', 'graceSeconds', 'logLevel'];

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
    command.addOption(new Option(`${flagOf(name)} <value>`, `${settingHelp(name)}${told}`));
  }
  return command;
};
