import type { SettingName } from './setting-table.ts';

/** Two settings of which neither is given without the other. */
export type SettingPair = readonly [SettingName, SettingName];

/** The settings that were given, as text. */
export type Given = Readonly<Partial<Record<SettingName, string>>>;

const together: ReadonlyArray<SettingPair> = [
  ['kafkaUser', 'kafkaPasswordFile'],
  ['kafkaCertificate', 'kafkaKey'],
  ['redaction', 'redactionKeyFile'],
  ['tlsCert', 'tlsKey'],
  ['jwtIssuer', 'jwtAudience'],
  ['jwtIssuer', 'jwtJwks'],
  ['registryUser', 'registryPasswordFile'],
  ['registryCertificate', 'registryKey'],
  ['clickhouseUser', 'clickhousePasswordFile'],
  ['clickhouseCertificate', 'clickhouseKey'],
];

/** The first is of no use without the second. */
const needs: ReadonlyArray<SettingPair> = [
  ['kafkaKeyPasswordFile', 'kafkaKey'],
  ['tlsClientCa', 'tlsCert'],
  ['kafkaTokenUrl', 'kafkaUser'],
  ['kafkaTokenScope', 'kafkaTokenUrl'],
  ['kafkaTokenCa', 'kafkaTokenUrl'],
  // The client takes no certificate of ours without authorities.
  ['clickhouseCertificate', 'clickhouseCa'],
];

const apart: ReadonlyArray<SettingPair> = [
  ['kafkaTokenFile', 'kafkaUser'],
  ['registryTokenFile', 'registryUser'],
  ['clickhouseTokenFile', 'clickhouseUser'],
];

/** The flag of a setting, e.g. `--health-port`. */
export const flagOf = (key: SettingName): string => `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const clear = ({ kafkaTls, kafkaCa, kafkaCertificate }: Given): ReadonlyArray<string> =>
  kafkaTls === 'false' && (kafkaCa ?? kafkaCertificate) !== undefined
    ? ['--kafka-tls is "false", but --kafka-ca or --kafka-certificate is given: leave one of them out']
    : [];

/** What was kept under a slot that is drawn at random would never be found again, and nobody would come back to a place that is kept under it. */
const homeless = ({ stateDir, membership, slot, processes }: Given): ReadonlyArray<string> => {
  if ((slot ?? processes) !== undefined) return [];
  const needing = [...(stateDir === undefined ? [] : ['--state-dir']), ...(membership === 'static' ? ['--membership static'] : [])];
  return needing.map((flag) => `${flag} needs --slot: a slot that is the same at the next start`);
};

const mechanism = ({ kafkaMechanism, kafkaTokenFile, kafkaTokenUrl }: Given): ReadonlyArray<string> => {
  const hasToken = (kafkaTokenFile ?? kafkaTokenUrl) !== undefined;
  if (kafkaMechanism === undefined || hasToken === (kafkaMechanism === 'OAUTHBEARER')) return [];
  return [
    hasToken
      ? `--kafka-mechanism is "${kafkaMechanism}", but tokens are of OAUTHBEARER`
      : '--kafka-mechanism is "OAUTHBEARER", which needs --kafka-token-file or --kafka-token-url',
  ];
};

/** What is wrong with settings beside each other. `pairs`: what goes together besides what always does. */
export const mismatches = (given: Given, pairs: ReadonlyArray<SettingPair> = []): ReadonlyArray<string> => {
  const has = (key: SettingName): boolean => given[key] !== undefined;
  return [
    ...[...together, ...pairs]
      .filter(([a, b]) => has(a) !== has(b))
      .map(([a, b]) => `${flagOf(a)} and ${flagOf(b)} go together, but only one is given`),
    ...needs.filter(([a, b]) => has(a) && !has(b)).map(([a, b]) => `${flagOf(a)} needs ${flagOf(b)}`),
    ...apart.filter(([a, b]) => has(a) && has(b)).map(([a, b]) => `${flagOf(a)} and ${flagOf(b)} are two ways to log in: give one`),
    ...clear(given),
    ...homeless(given),
    ...mechanism(given),
  ];
};
