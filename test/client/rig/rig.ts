import type { Client } from '../../../client/client.ts';
import { createClient } from '../../../client/client.ts';
import type { Failure } from '../../../client/entry.ts';
import type { FeedbackPayload } from '../../../client/feedback-payload.ts';
import type { ClientOptions } from '../../../client/settings.ts';
import { until } from '../../support/until.ts';
import { startApi, type Api, type Item } from './api.ts';
import { virtualPlatform, type FakePage, type VirtualPlatform } from './virtual-platform.ts';

/** An API, clients of it, and their clock. */
export interface Rig {
  readonly api: Api;
  readonly clock: VirtualPlatform;
  readonly failures: ReadonlyArray<Failure>;
  readonly client: Client;
  /** Resolves when the API has had so many requests. */
  requests(count: number): Promise<void>;
  /** Resolves when so many requests were answered and had to be tried again, and the next is waited for. */
  retries(count: number): Promise<void>;
  /** Takes the time until the next timer. */
  passPause(): void;
  close(): Promise<void>;
}

type Options = Partial<Omit<ClientOptions, 'apiKey' | 'token'>> & {
  readonly apiKey?: string | (() => string | Promise<string>);
  readonly token?: string;
  readonly random?: number;
  readonly browserPage?: FakePage;
};

/** Starts an API and a client of it with a clock that stands still. Without credentials it has the API key `key-1`. */
export const startRig = async ({ random, browserPage, ...options }: Options = {}): Promise<Rig> => {
  const api = await startApi();
  const clock = virtualPlatform(random, browserPage);
  const failures: Failure[] = [];
  const credentials = options.token === undefined ? { apiKey: options.apiKey ?? 'key-1' } : { token: options.token };
  const onFailure = (failure: Failure): void => void failures.push(failure);
  const { url = api.url, apiKey: _key, token: _token, ...rest } = options;
  const client = createClient({ platform: clock, onFailure, ...rest, ...credentials, url });
  return {
    api,
    clock,
    failures,
    client,
    requests: async (count) => {
      await until(`the API has ${count} requests`, () => api.requests.length >= count);
    },
    retries: async (count) => {
      await until(`${count} requests are to be tried again`, () => client.stats().feedback.retries >= count);
    },
    passPause: () => clock.advance(clock.waits[0] ?? 0),
    close: async () => {
      const closed = client.close(0);
      clock.advance(0);
      await closed;
      await api.close();
    },
  };
};

/** The item of a failure. */
export const itemOf = (text: string): Item => JSON.parse(text) as Item;

/** A rating of an inference. */
export const rating = (n: number): FeedbackPayload => ({ inference_id: `inference-${n}`, rating: n, idempotency_key: `key-${n}` });
