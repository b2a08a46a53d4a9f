import { readFile } from 'node:fs/promises';
import { MillraceError, messageOf } from '../../pipeline/core/errors.ts';
import type { RegistrySettings } from '../../pipeline/avro/http-registry.ts';
import type { KafkaClusterOptions } from '../../pipeline/cluster/kafka/kafka-options.ts';
import type { Settings } from '../cli/settings.ts';

/** How the brokers are to be reached; undefined when they are open to everyone. */
export const kafkaSecurity = ({
  kafkaTls,
  kafkaCa,
  kafkaUser,
  kafkaPasswordFile,
  kafkaMechanism,
}: Settings): KafkaClusterOptions['security'] => {
  const tls = kafkaCa === undefined ? kafkaTls === 'true' : { ca: kafkaCa };
  if (kafkaUser !== undefined && kafkaPasswordFile !== undefined) {
    const sasl = { mechanism: kafkaMechanism, username: kafkaUser, passwordFile: kafkaPasswordFile };
    return { tls: kafkaTls === 'false' ? false : tls || true, sasl };
  }
  return tls === false ? undefined : { tls };
};

/** The login of the registry; undefined without one. Throws `bad_config` if the password cannot be read. */
export const registryAuth = async ({ registryUser, registryPasswordFile }: Settings): Promise<RegistrySettings['auth']> => {
  if (registryUser === undefined || registryPasswordFile === undefined) return undefined;
  try {
    const password = (await readFile(registryPasswordFile, 'utf8')).replace(/\r?\n$/, '');
    return { user: registryUser, password };
  } catch (error) {
    throw new MillraceError('bad_config', `the password of the registry cannot be read: ${messageOf(error)}`, error);
  }
};
