import { ClientError } from './client-error.ts';
import { Connection, textAt } from './connection.ts';
import type { Accepted } from './entry.ts';
import { deferred } from './deferred.ts';
import type { FeedbackPayload } from './feedback-payload.ts';
import type { InferencePayload } from './inference-payload.ts';
import { flush } from './flush.ts';
import { Lane, type LaneStats } from './lane.ts';
import { newId } from './new-id.ts';
import type { Platform } from './platform.ts';
import { settingsOf, type ClientOptions } from './settings.ts';
import { errorOf } from './verdicts.ts';
import { version } from './version.ts';
import { watchPage } from './watch-page.ts';

/** What the API knows of a feedback. More fields may come with it. */
export interface FeedbackStatus {
  readonly id: string;
  readonly status: string;
  readonly [more: string]: unknown;
}

/** Sends feedback and inferences to the ingestion API. */
export interface Client {
  /**
   * Takes feedback and resolves when the API has it in its log. Rejects with a {@link ClientError}, at the latest when the item was tried for
   * `retry.giveUpAfterMs`. Need not be awaited: a rejection that nobody awaits ends no process, and `onFailure` has the item.
   */
  feedback(payload: FeedbackPayload): Promise<Accepted>;
  /** The same for the record of an inference. */
  inference(payload: InferencePayload): Promise<Accepted>;
  /** The same without any work now: it is turned into JSON in a timer of its own, or by `flush` and `close`. Failures go to `onFailure` alone. */
  logInference(payload: InferencePayload): void;
  /** Asks once what became of a feedback. Throws a {@link ClientError}; `not_found` if the API does not know the id. */
  feedbackStatus(id: string): Promise<FeedbackStatus>;
  /**
   * Sends what waits without waiting for more, and resolves when all that was given before has its answer, or after so many ms; to how
   * many have none. Without a time it waits as long as items are tried.
   */
  flush(withinMs?: number): Promise<number>;
  /** Takes no more items, flushes for so many ms (5,000 if left out), and refuses what has no answer then with `closed`; resolves to how many. */
  close(withinMs?: number): Promise<number>;
  /** Counts by kind. */
  stats(): { readonly feedback: LaneStats; readonly inference: LaneStats };
  /** A new id for an inference or a key: a UUIDv7. */
  newId(): string;
  /** What the client runs on. */
  readonly platform: Platform;
}

const isStatus = (body: unknown): body is FeedbackStatus => textAt(body, 'id') !== undefined && textAt(body, 'status') !== undefined;

const statusOf = async (id: string, connection: Connection): Promise<FeedbackStatus> => {
  const { status, body } = await connection.call({ path: `/v1/feedback/${encodeURIComponent(id)}` });
  if (status === 200 && isStatus(body)) return body;
  if (status === 200) throw new ClientError('unavailable', 'The answer is not one of the API: is url right?', { status });
  throw errorOf(status, body, (text) => connection.cleared(text));
};

const sdk = { sdk: 'millrace/client', version };

/**
 * Makes a client of the ingestion API. Throws `bad_options`.
 *
 * Items are gathered into batches and sent in the order in which they were given, one request of a kind at a time. What may pass (no connection, no
 * answer in time, 408, 425, 429, 5xx) is tried again under the same idempotency key with the same bytes.
 */
export const createClient = (options: ClientOptions): Client => {
  const settings = settingsOf(options);
  const { platform } = settings;
  const connection = new Connection(settings);
  const lanes = { feedback: new Lane('feedback', settings, connection), inference: new Lane('inference', settings, connection) };
  const both = [lanes.feedback, lanes.inference];
  const id = (): string => newId(platform.now());
  const stamp = (): string => new Date(platform.now()).toISOString();
  const inference: Client['inference'] = (payload) =>
    lanes.inference.add({ started: stamp(), ...payload }, payload.idempotency_key ?? payload.inference_id);
  const later = deferred(platform, (payload: InferencePayload) => void inference(payload));
  const unwatch = watchPage(both, connection, settings);
  const close = async (withinMs = 5_000): Promise<number> => {
    later.run();
    unwatch();
    for (const lane of both) lane.stop();
    const left = await flush(both, platform, withinMs);
    for (const lane of both) lane.end();
    return left;
  };
  return {
    feedback: (payload) =>
      lanes.feedback.add({ event_time: stamp(), client: sdk, ...payload }, payload.idempotency_key ?? payload.id ?? id()),
    inference,
    logInference: (payload) => later.add(payload),
    feedbackStatus: (feedbackId) => statusOf(feedbackId, connection),
    flush: (withinMs) => {
      later.run();
      return flush(both, platform, withinMs);
    },
    close,
    stats: () => ({ feedback: lanes.feedback.stats, inference: lanes.inference.stats }),
    newId: id,
    platform,
  };
};
