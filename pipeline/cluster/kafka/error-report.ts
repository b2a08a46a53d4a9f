import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { ClientError } from './client.ts';

/** How long the same trouble is not told again, in ms. */
const quietMs = 30_000;

/** Whether the brokers, or the transport to them, refuse who we are. The client gives no code with these events. */
export const isRefusal = ({ message }: ClientError): boolean => /authentication|sasl|ssl|certificate/i.test(message);

/** Tells what the clients of one cluster complain of between calls. They say the same ten times a second while a broker is away. */
export const errorReport = (clientId: string, clock: Clock, log: Log): ((error: ClientError) => void) => {
  const told = new Map<string, number>();
  return (error) => {
    const now = clock.monotonic();
    if (now - (told.get(error.message) ?? -Infinity) < quietMs) return;
    told.set(error.message, now);
    log.warn({ clientId, reason: error.message }, 'The Kafka client reports trouble; it goes on trying');
  };
};
