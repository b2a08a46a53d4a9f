import { readFile } from 'node:fs/promises';
import type { RegistrySettings } from '../../pipeline/avro/http-registry.ts';
import type { ClickHouseOptions } from '../../pipeline/clickhouse/client.ts';
import type { KafkaClusterOptions } from '../../pipeline/cluster/kafka/kafka-options.ts';
import { readSecret } from '../../pipeline/cluster/kafka/read-secret.ts';
import type { Security, TlsFiles } from '../../pipeline/cluster/kafka/security.ts';
import { MillraceError, messageOf } from '../../pipeline/core/errors.ts';
import type { Settings } from '../cli/setting-table.ts';

const kafkaTlsOf = ({ kafkaTls, kafkaCa, kafkaCertificate, kafkaKey, kafkaKeyPasswordFile }: Settings): TlsFiles | boolean => {
  if ((kafkaCa ?? kafkaCertificate) === undefined) return kafkaTls === 'true';
  return { ca: kafkaCa, certificate: kafkaCertificate, key: kafkaKey, keyPasswordFile: kafkaKeyPasswordFile };
};

const oauthOf = (settings: Settings): Security['sasl'] => {
  const { kafkaTokenFile, kafkaTokenUrl, kafkaTokenScope, kafkaTokenCa, kafkaUser, kafkaPasswordFile } = settings;
  const mechanism = 'OAUTHBEARER';
  if (kafkaTokenFile !== undefined) return { mechanism, tokenFile: kafkaTokenFile };
  if (kafkaTokenUrl === undefined || kafkaUser === undefined || kafkaPasswordFile === undefined) return undefined;
  const client = { clientId: kafkaUser, clientSecretFile: kafkaPasswordFile };
  return { mechanism, tokenUrl: kafkaTokenUrl, ...client, scope: kafkaTokenScope, tokenCa: kafkaTokenCa };
};

const saslOf = (settings: Settings): Security['sasl'] => {
  const { kafkaUser: username, kafkaPasswordFile: passwordFile, kafkaMechanism: mechanism = 'SCRAM-SHA-512' } = settings;
  const oauth = oauthOf(settings);
  if (oauth !== undefined || mechanism === 'OAUTHBEARER') return oauth;
  return username === undefined || passwordFile === undefined ? undefined : { mechanism, username, passwordFile };
};

/** How the brokers are to be reached; undefined when they are open to everyone. Whoever logs in does so over TLS, unless that is switched off by name. */
export const kafkaSecurity = (settings: Settings): KafkaClusterOptions['security'] => {
  const tls = kafkaTlsOf(settings);
  const sasl = saslOf(settings);
  if (sasl !== undefined) return { tls: settings.kafkaTls === 'false' ? false : tls || true, sasl };
  return tls === false ? undefined : { tls };
};

const pem = async (file: string | undefined, what: string): Promise<string | undefined> => {
  if (file === undefined) return undefined;
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw new MillraceError('bad_config', `${what} cannot be read: ${messageOf(error)}`, error);
  });
};

interface Login {
  readonly service: string;
  readonly user: string | undefined;
  readonly passwordFile: string | undefined;
  readonly tokenFile: string | undefined;
}

const loginOf = async ({ service, user, passwordFile, tokenFile }: Login): Promise<RegistrySettings['auth']> => {
  if (tokenFile !== undefined) return { token: await readSecret(tokenFile, `the token for ${service}`) };
  if (user === undefined || passwordFile === undefined) return undefined;
  return { user, password: await readSecret(passwordFile, `the password for ${service}`) };
};

const tlsOf = async (
  service: string,
  { ca, certificate, key }: Readonly<Record<'ca' | 'certificate' | 'key', string | undefined>>,
): Promise<RegistrySettings['tls']> => ({
  ca: await pem(ca, `the authorities of ${service}`),
  certificate: await pem(certificate, `the certificate for ${service}`),
  key: await pem(key, `the key for ${service}`),
});

/** How the registry lets us in. Throws `bad_config` if a file cannot be read. */
export const registryAccess = async (settings: Settings): Promise<Pick<RegistrySettings, 'auth' | 'tls'>> => {
  const { registryUser: user, registryPasswordFile: passwordFile, registryTokenFile: tokenFile } = settings;
  const { registryCa: ca, registryCertificate: certificate, registryKey: key } = settings;
  const service = 'the registry';
  return { auth: await loginOf({ service, user, passwordFile, tokenFile }), tls: await tlsOf(service, { ca, certificate, key }) };
};

/** How ClickHouse lets us in. Throws `bad_config` if a file cannot be read. */
export const clickHouseAccess = async (settings: Settings): Promise<Pick<ClickHouseOptions, 'auth' | 'tls'>> => {
  const { clickhouseUser: user, clickhousePasswordFile: passwordFile, clickhouseTokenFile: tokenFile } = settings;
  const { clickhouseCa: ca, clickhouseCertificate: certificate, clickhouseKey: key } = settings;
  const service = 'ClickHouse';
  return { auth: await loginOf({ service, user, passwordFile, tokenFile }), tls: await tlsOf(service, { ca, certificate, key }) };
};
