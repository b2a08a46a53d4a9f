import { MillraceError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { PartitionOffset } from './client.ts';
import type { Control } from './control.ts';
import type { Progress } from './message-queue.ts';

/** How often standing partitions are looked at, in ms. */
const every = 10_000;

/** Throws `offset_out_of_range` if one of these offsets is before the start of its log, saying how many records are missing; or `unknown_topic`. */
export const checkReadable = async (control: Control, offsets: ReadonlyArray<PartitionOffset>): Promise<void> => {
  const lows = await control.lows(offsets);
  for (const { topic, partition, offset: low } of lows) {
    const wanted = offsets.find((other) => other.topic === topic && other.partition === partition)?.offset ?? low;
    if (wanted >= low) continue;
    const gap = `${low - wanted} records before the start of the log at ${low} are gone`;
    throw new MillraceError('offset_out_of_range', `Offset ${wanted} of '${topic}' [${partition}] is not in the log: ${gap}.`);
  }
};

/**
 * Notices partitions that cannot be read any more because the log has moved on past them. The client says so too, but drops that
 * message when it fetched records of another partition in the same call.
 */
export class StallWatch {
  readonly #control: Control;
  readonly #clock: Clock;
  #next: number;
  #before: ReadonlyArray<Progress> = [];
  #found: MillraceError | undefined;

  constructor(control: Control, clock: Clock) {
    this.#control = control;
    this.#clock = clock;
    this.#next = clock.monotonic() + every;
  }

  /** Looks, if it is time to, without waiting for the answer. Throws what the last look has found: `offset_out_of_range`. */
  look(progress: ReadonlyArray<Progress>): void {
    if (this.#found !== undefined) throw this.#found;
    if (this.#clock.monotonic() < this.#next) return;
    this.#next = this.#clock.monotonic() + every;
    const standing = progress.filter((now) => !now.atEnd && this.#before.some((before) => before === now));
    this.#before = progress;
    checkReadable(this.#control, standing).catch((error: unknown) => {
      // That the brokers do not answer now is no finding.
      if (error instanceof MillraceError && !error.retryable) this.#found = error;
    });
  }
}
