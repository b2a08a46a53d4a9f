import { MillraceError } from '../../pipeline/core/errors.ts';
import { flagOf, type Given, mismatches, type SettingPair } from './setting-rules.ts';
import { laterDefaults, type SettingName, type Settings, settingShape, settingTable } from './setting-table.ts';

const isName = (key: PropertyKey | undefined): key is SettingName => key !== undefined && Object.hasOwn(settingTable, key);

const names = Object.keys(settingTable).filter(isName);

/** What a setting takes and the environment variable that it can be given by, for a help page. */
export const settingHelp = (key: SettingName): string => `${settingTable[key][1]} [${settingTable[key][0]}]`;

/** What takes the place of a setting that is not given, for a help page; undefined if nothing does. */
export const settingDefault = (key: SettingName): string | undefined => {
  const value = settingShape.parse({})[key];
  return value === undefined ? laterDefaults[key] : String(value);
};

/** Where settings come from; a flag wins over the environment. */
export interface SettingSources {
  readonly flags: Readonly<Partial<Record<SettingName, string | undefined>>>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const givenBy = ({ flags, env }: SettingSources): Given =>
  Object.fromEntries(
    names.flatMap((key) => {
      const value = flags[key] ?? env[settingTable[key][0]] ?? '';
      return value === '' ? [] : [[key, value]];
    }),
  );

/** A password may stand in a URL; a message must not repeat it. */
const shown = (value: string | undefined): string => String(value).replace(/\/\/[^/@]*@/, '//…@');

const named = (key: SettingName): string => `${flagOf(key)} (${settingTable[key][0]})`;

const wrong = (given: Given): ReadonlyArray<string> => {
  const { error } = settingShape.safeParse(given);
  const keys = new Set((error?.issues ?? []).map(({ path: [key] }) => key).filter(isName));
  return [...keys].map((key) => `${named(key)} is "${shown(given[key])}"; it takes ${settingTable[key][1]}`);
};

const missing = (given: Given, required: ReadonlyArray<SettingName>): ReadonlyArray<string> =>
  required.filter((key) => given[key] === undefined).map((key) => `${named(key)} is missing; it takes ${settingTable[key][1]}`);

/**
 * Reads and checks the settings of a process. `pairs`: what goes together besides a user and a password.
 *
 * @throws MillraceError `bad_config` with every mistake, each naming the setting and what it takes.
 */
export const readSettings = (
  sources: SettingSources,
  required: ReadonlyArray<SettingName> = [],
  pairs: ReadonlyArray<SettingPair> = [],
): Settings => {
  const given = givenBy(sources);
  const mistakes = [...missing(given, required), ...wrong(given), ...mismatches(given, pairs)];
  if (mistakes.length > 0) throw new MillraceError('bad_config', mistakes.join('\n'));
  return settingShape.parse(given);
};
