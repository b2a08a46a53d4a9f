import { MillraceError } from '../../core/errors.ts';
import { type ClientError, type LogLine, type Metadata, type NativeClient, promised } from './client.ts';
import type { Connection } from './kafka-options.ts';
import { codes, toMillraceError } from './to-millrace-error.ts';
import { isRefusal } from './trouble-report.ts';

/**
 * Connects a client, waiting for the first answer of a broker, and sends what it has to say to the log.
 * Throws `not_authorized` if the brokers refuse us, else `cluster_unavailable`.
 */
export const connect = async (client: NativeClient, connection: Connection): Promise<Metadata> => {
  const { brokers, connectTimeoutMs, report } = connection;
  const refusals: Pick<LogLine, 'message'>[] = [];
  const failed = (error: ClientError): void => {
    if (error.code === codes.authentication) refusals.push(error);
    report.error(error);
  };
  client.on('event.error', failed);
  // What a token could not be had for is told here, where an error that nobody listens to ends the process.
  client.on('error', (error) => failed({ ...error, message: error.message, code: codes.authentication }));
  client.on('event.log', (line) => {
    if (isRefusal(line)) refusals.push(line);
    report.line(line);
  });
  try {
    return await promised<Metadata>((callback) => client.connect({ timeout: connectTimeoutMs }, callback));
  } catch (cause) {
    const [refused] = refusals;
    if (refused !== undefined) throw new MillraceError('not_authorized', `Connecting to ${brokers}: ${refused.message}`, cause);
    throw toMillraceError(cause, `Connecting to ${brokers}`);
  }
};
