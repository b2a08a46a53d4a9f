import { MillraceError } from '../../core/errors.ts';
import { type ClientError, type Metadata, type NativeClient, promised } from './client.ts';
import { isRefusal } from './error-report.ts';
import type { Connection } from './kafka-options.ts';
import { toMillraceError } from './to-millrace-error.ts';

/**
 * Connects a client, waiting for the first answer of a broker, and sends what it has to say to the log.
 * Throws `not_authorized` if the brokers refuse us, else `cluster_unavailable`.
 */
export const connect = async (client: NativeClient, connection: Connection): Promise<Metadata> => {
  const { log, brokers, clientId, connectTimeoutMs, report } = connection;
  const refusals: ClientError[] = [];
  client.on('event.error', (error) => {
    if (isRefusal(error)) refusals.push(error);
    report(error);
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
