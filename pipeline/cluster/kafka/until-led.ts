import { MillraceError } from '../../core/errors.ts';
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

/** Topics that were there a moment ago are not known to a broker that has just started. */
const forgotten: ReadonlySet<number> = new Set([3, -156, -188, -190]);

/** Whether an answer about a partition, or that there is none, is of the moment only. */
export const isPassing = ({ error }: PartAnswer): boolean => passing.has(error?.code ?? 0) || forgotten.has(error?.code ?? 0);

const isForgotten = (thrown: unknown): boolean => thrown instanceof MillraceError && thrown.code === 'unknown_topic';

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
 * included. Throws what `ask` throws, but asks again for topics that are not known any more once brokers have answered that they are led.
 */
export const untilLed = async <T extends PartAnswer>(
  ask: () => Promise<ReadonlyArray<T>>,
  { clock, ms, renew }: Asking,
): Promise<ReadonlyArray<T>> => {
  const end = clock.monotonic() + ms;
  let wasKnown = false;
  const isUnsettled = (answer: T): boolean => (wasKnown ? isPassing(answer) : passing.has(answer.error?.code ?? 0));
  for (;;) {
    const isOver = clock.monotonic() >= end;
    try {
      const answers = await ask();
      if (isOver || !answers.some(isUnsettled)) return answers;
      wasKnown = true;
    } catch (error) {
      if (isOver || !wasKnown || !isForgotten(error)) throw error;
    }
    await clock.sleep(pauseMs);
    await renew().catch(() => undefined);
  }
};
