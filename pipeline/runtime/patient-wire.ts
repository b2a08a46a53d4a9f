import { messageOf } from '../core/errors.ts';
import { patiently } from '../core/patiently.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { Wire } from '../core/ports/wire.ts';
import { standingPatience } from './standing-patience.ts';

/**
 * The wire whose decoders ask again for a schema while the registry does not answer, for a minute and a half. What cannot be learnt then
 * ends the process. Encoders are made at the start, where the first failure is told.
 */
export const patientWire = (wire: Wire, { clock, log }: { readonly clock: Clock; readonly log: Log }): Wire => {
  const onRetry = (error: unknown, waitMs: number): void =>
    log.warn({ error: messageOf(error), wait_ms: waitMs }, 'a schema cannot be had; it is asked for again');
  return {
    encoder: (topic, type) => wire.encoder(topic, type),
    decoder: (type) => {
      const decoder = wire.decoder(type);
      return { ...decoder, learn: (id) => patiently(() => decoder.learn(id), { clock, limits: standingPatience, onRetry }) };
    },
  };
};
