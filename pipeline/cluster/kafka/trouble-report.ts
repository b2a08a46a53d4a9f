import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { LogLine } from './client.ts';

/** How long the same trouble is not told again, in ms. */
const quietMs = 30_000;
const errorSeverity = 3;

/** Whether a log line says that the brokers, TLS on the way to them, or who gives tokens for them, refuse who we are. No error of the client does. */
export const isRefusal = ({ fac, message }: LogLine): boolean =>
  fac === 'OIDC' || (fac === 'FAIL' && /authentication|\bssl\b|certificate/i.test(message));

/** Takes what the clients of one cluster say between calls. */
export interface TroubleReport {
  readonly error: (error: { readonly message: string }) => void;
  readonly line: (line: LogLine) => void;
}

/** Passes it on to the log, the same trouble once in a while: clients say it ten times a second while a broker is away. */
export const troubleReport = (clientId: string, clock: Clock, log: Log): TroubleReport => {
  const told = new Map<string, number>();
  const warn = (kind: string, reason: string): void => {
    const now = clock.monotonic();
    if (now - (told.get(kind) ?? -Infinity) < quietMs) return;
    told.set(kind, now);
    log.warn({ clientId, reason }, 'The Kafka client reports trouble; it goes on trying');
  };
  return {
    error: ({ message }) => warn(message, message),
    line: ({ severity, fac, message }) => {
      if (severity <= errorSeverity) warn(fac, message);
      else log.debug({ clientId, facility: fac, reason: message }, 'The Kafka client says something');
    },
  };
};
