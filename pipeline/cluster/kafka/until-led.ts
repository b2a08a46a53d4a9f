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

/**
 * Asks about partitions, and again for as long as one of them changes hands, but no longer than `ms`. Resolves to the last answer, errors
 * included.
 */
export const untilLed = async <T extends PartAnswer>(
  ask: () => Promise<ReadonlyArray<T>>,
  { clock, ms }: { readonly clock: Clock; readonly ms: number },
): Promise<ReadonlyArray<T>> => {
  const end = clock.monotonic() + ms;
  for (;;) {
    const answers = await ask();
    const isPassing = answers.some(({ error }) => error && passing.has(error.code));
    if (!isPassing || clock.monotonic() >= end) return answers;
    await clock.sleep(pauseMs);
  }
};
