import { z } from 'zod';
import { MillraceError } from '../../pipeline/core/errors.ts';

const levels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
const mechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;

const whole = (least: number, most: number): z.ZodType<number, string> =>
  z.string().regex(/^\d+$/).transform(Number).pipe(z.int().min(least).max(most));

const name = z.string().regex(/^[a-zA-Z0-9._-]{1,100}$/);
const brokers = /^[^\s,:]+:\d{1,5}(,[^\s,:]+:\d{1,5})*$/;
const webAddress = /^https?:\/\/[^\s/]+\S*$/;
const database = /^(https?:\/\/[^\s/]+\S*|chdb:\S+)$/;

const shape = z.object({
  kafka: z.string().regex(brokers).optional(),
  registry: z.string().regex(webAddress).optional(),
  clickhouse: z.string().regex(database).optional(),
  slot: name.optional(),
  group: name.optional(),
  healthHost: z.string().default('127.0.0.1'),
  healthPort: whole(0, 65_535).optional(),
  logLevel: z.enum(levels).default('info'),
  graceSeconds: whole(1, 3_600).default(30),
  kafkaTls: z.enum(['true', 'false']).optional(),
  kafkaCa: z.string().optional(),
  kafkaUser: z.string().optional(),
  kafkaPasswordFile: z.string().optional(),
  kafkaMechanism: z.enum(mechanisms).default('SCRAM-SHA-512'),
  registryUser: z.string().optional(),
  registryPasswordFile: z.string().optional(),
});

/** The settings of a process, checked. What is undefined was not given and has no default. */
export type Settings = Readonly<z.infer<typeof shape>>;

/** The name of a setting. Its flag is the name with dashes, e.g. `--health-port`. */
export type SettingName = keyof Settings;

const distinct = 'letters, digits, ".", "_" and "-"';
const secret = 'the path of a file that holds the password alone';

/** The environment variable of each setting, and in words what it takes. */
const told: Readonly<Record<SettingName, readonly [env: string, takes: string]>> = {
  kafka: ['MILLRACE_KAFKA', 'host:port, several with commas'],
  registry: ['MILLRACE_REGISTRY', "the base URL of a schema registry's API, e.g. http://registry:8081"],
  clickhouse: ['MILLRACE_CLICKHOUSE', 'http(s)://user:password@host:8123/database, or chdb:PATH for ClickHouse in this process'],
  slot: ['MILLRACE_SLOT', `a text that no other process of the topology uses: ${distinct}`],
  group: ['MILLRACE_GROUP', `the name of the consumer group: ${distinct}`],
  healthHost: ['MILLRACE_HEALTH_HOST', 'the address that the health server listens on'],
  healthPort: ['MILLRACE_HEALTH_PORT', 'a port from 0 to 65535; 0 takes a free one'],
  logLevel: ['MILLRACE_LOG_LEVEL', levels.join(', ')],
  graceSeconds: ['MILLRACE_GRACE_SECONDS', 'whole seconds from 1 to 3600 that a drain may take'],
  kafkaTls: ['MILLRACE_KAFKA_TLS', 'true or false'],
  kafkaCa: ['MILLRACE_KAFKA_CA', 'the path of a PEM file'],
  kafkaUser: ['MILLRACE_KAFKA_USER', 'the name of a SASL user'],
  kafkaPasswordFile: ['MILLRACE_KAFKA_PASSWORD_FILE', secret],
  kafkaMechanism: ['MILLRACE_KAFKA_MECHANISM', mechanisms.join(', ')],
  registryUser: ['MILLRACE_REGISTRY_USER', 'the name of a user of the registry'],
  registryPasswordFile: ['MILLRACE_REGISTRY_PASSWORD_FILE', secret],
};

const isName = (key: PropertyKey | undefined): key is SettingName => key !== undefined && Object.hasOwn(told, key);

const names = Object.keys(told).filter(isName);

const flagOf = (key: SettingName): string => `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** What a setting takes and the environment variable that it can be given by, for a help page. */
export const settingHelp = (key: SettingName): string => `${told[key][1]} [${told[key][0]}]`;

/** What takes the place of settings that are not given, where that is found out later. */
const laterDefaults: Readonly<Partial<Record<SettingName, string>>> = {
  slot: 'a random one',
  group: "the topology's name",
  healthPort: '9464',
  kafkaTls: 'false',
};

/** What takes the place of a setting that is not given, for a help page; undefined if nothing does. */
export const settingDefault = (key: SettingName): string | undefined => {
  const value = shape.parse({})[key];
  return value === undefined ? laterDefaults[key] : String(value);
};

/** Where settings come from; a flag wins over the environment. */
export interface SettingSources {
  readonly flags: Readonly<Partial<Record<SettingName, string | undefined>>>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

type Given = Readonly<Partial<Record<SettingName, string>>>;

const givenBy = ({ flags, env }: SettingSources): Given =>
  Object.fromEntries(
    names.flatMap((key) => {
      const value = flags[key] ?? env[told[key][0]] ?? '';
      return value === '' ? [] : [[key, value]];
    }),
  );

/** A password may stand in a URL; a message must not repeat it. */
const shown = (value: string | undefined): string => String(value).replace(/\/\/[^/@]*@/, '//…@');

const wrong = (given: Given): ReadonlyArray<string> => {
  const { error } = shape.safeParse(given);
  const keys = new Set((error?.issues ?? []).map(({ path: [key] }) => key).filter(isName));
  return [...keys].map((key) => `${flagOf(key)} (${told[key][0]}) is "${shown(given[key])}"; it takes ${told[key][1]}`);
};

const missing = (given: Given, required: ReadonlyArray<SettingName>): ReadonlyArray<string> =>
  required.filter((key) => given[key] === undefined).map((key) => `${flagOf(key)} (${told[key][0]}) is missing; it takes ${told[key][1]}`);

/** Two settings of which neither is given without the other. */
export type SettingPair = readonly [SettingName, SettingName];

const together: ReadonlyArray<SettingPair> = [
  ['kafkaUser', 'kafkaPasswordFile'],
  ['registryUser', 'registryPasswordFile'],
];

const halves = (given: Given, pairs: ReadonlyArray<SettingPair>): ReadonlyArray<string> =>
  pairs
    .filter(([a, b]) => (given[a] === undefined) !== (given[b] === undefined))
    .map(([a, b]) => `${flagOf(a)} and ${flagOf(b)} go together, but only one is given`);

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
  const mistakes = [...missing(given, required), ...wrong(given), ...halves(given, [...together, ...pairs])];
  if (mistakes.length > 0) throw new MillraceError('bad_config', mistakes.join('\n'));
  return shape.parse(given);
};
