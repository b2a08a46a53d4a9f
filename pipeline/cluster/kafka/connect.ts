import { MillraceError } from '../../core/errors.ts';
import { type ClientError, type Metadata, type NativeClient, promised } from './client.ts';
import type { Connection } from './kafka-options.ts';
import { toMillraceError } from './to-millrace-error.ts';

const authenticationFailed = -169;
const tlsFailed = -181;

/**
 * Connects a client, waiting for the first answer of a broker, and sends what it has to say to the log.
 * Throws `not_authorized` if the brokers refuse us, else `cluster_unavailable`.
 */
export const connect = async (client: NativeClient, connection: Connection): Promise<Metadata> => {
  const { log, brokers, clientId, connectTimeoutMs } = connection;
  const refusals: ClientError[] = [];
  client.on('event.error', (error) => {
    if (error.code === authenticationFailed || error.code === tlsFailed) refusals.push(error);
    log.warn({ clientId, code: error.code, reason: error.message }, 'The Kafka client reports an error');
  });
  client.on('event.log', ({ fac, message }) => log.debug({ clientId, facility: fac, reason: message }, 'The Kafka client says something'));
  try {
    return await promised<Metadata>((callback) => client.connect({ timeout: connectTimeoutMs }, callback));
  } catch (cause) {
    const [refused] = refusals;
    if (refused !== undefined) throw new MillraceError('not_authorized', `Connecting to ${brokers}: ${refused.message}`, refused);
    throw toMillraceError(cause, `Connecting to ${brokers}`);
  }
};
