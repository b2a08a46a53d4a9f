import type { CommittedOffset } from '../../core/ports/cluster.ts';
import type { ClientError, NativeConsumer } from './client.ts';
import { Lock } from './lock.ts';
import type { MessageQueue } from './message-queue.ts';

/** How long a commit holds a thread of Node's pool at a time while it waits for its answer, in ms. */
const serveMs = 10;

/**
 * Plain commits, one at a time. The client's own callback comes before the broker has answered, so the answer is taken from
 * `offset_commit_cb`; the client serves that only while it is polled.
 */
export class OffsetCommits {
  readonly #lock = new Lock();
  #answer: (error: ClientError | undefined) => void = () => undefined;

  /** Takes a call of `offset_commit_cb`. */
  take(error: ClientError | undefined): void {
    this.#answer(error);
  }

  /** Resolves when the group has them. Rejects with the client's error. */
  commit(native: NativeConsumer, offsets: ReadonlyArray<CommittedOffset>, queue: MessageQueue): Promise<void> {
    return this.#lock.run(async () => {
      const state = { waiting: true };
      const answered = new Promise<void>((resolve, reject) => {
        this.#answer = (error) => {
          state.waiting = false;
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the library's error, which the caller translates
          if (error) reject(error);
          else resolve();
        };
      });
      // The answer comes while a fetch goes on: a refusal without a handler until that ends would end the process.
      answered.catch(() => undefined);
      native.commit(offsets.map(({ topic, partition, offset, metadata }) => ({ topic, partition, offset, metadata })));
      while (state.waiting) await queue.fetch(1, serveMs).catch(() => undefined);
      await answered;
    });
  }
}
