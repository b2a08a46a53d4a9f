import type { Clock } from '../../core/ports/clock.ts';
import type { ClientError } from './client.ts';

/** What is answered for one partition of several. */
interface PartAnswer {
  readonly error?: ClientError | undefined;
}

/**
 * What brokers say of a partition while it changes hands: no leader, another leader, an epoch that the one or the other side has not heard
 * of yet. The client asks again by itself for some of these only.
 */
const passing: ReadonlySet<number> = new Set([5, 6, 74, 75]);

const pauseMs = 100;

/** How it is asked again. */
export interface Asking {
  readonly clock: Clock;
  /** For how long. */
  readonly ms: number;
  /**
   * Has the client look up who leads: it asks whom it knows, and with the epoch that it knows, and does not take a refusal for news. Without
   * this it would go on so for minutes after a broker's crash. What it throws is passed over: the next answer tells.
   */
  readonly renew: () => Promise<void>;
}

/**
 * Asks about partitions, and again for as long as one of them changes hands, but no longer than `ms`. Resolves to the last answer, errors
 * included.
 */
export const untilLed = async <T extends PartAnswer>(
  ask: () => Promise<ReadonlyArray<T>>,
  { clock, ms, renew }: Asking,
): Promise<ReadonlyArray<T>> => {
  const end = clock.monotonic() + ms;
  for (;;) {
    const answers = await ask();
    const isPassing = answers.some(({ error }) => error && passing.has(error.code));
    if (!isPassing || clock.monotonic() >= end) return answers;
    await clock.sleep(pauseMs);
    await renew().catch(() => undefined);
  }
};
