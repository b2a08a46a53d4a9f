import { ClientError } from './client-error.ts';
import type { Failure } from './entry.ts';
import { thisPlatform, type Platform } from './platform.ts';

/** How items are gathered into requests: a request goes out when the first of these is reached. */
export interface BatchLimits {
  /** Items of a request; 100 if left out. With a token each item is a request. */
  readonly items: number;
  /** Bytes of a request, and so of an item; 512 KiB if left out. */
  readonly bytes: number;
  /** How long the first item waits for others, in ms; 100 if left out. */
  readonly waitMs: number;
}

/** How much waits in memory while the API is away. Feedback and inferences have a buffer each. */
export interface BufferLimits {
  /** 10,000 if left out. */
  readonly items: number;
  /** 8 MiB if left out. */
  readonly bytes: number;
  /** What gives way when it is full: the new item (`refuse`, if left out) or the oldest one that is not under way. */
  readonly whenFull: 'refuse' | 'drop_oldest';
}

/** How what may pass is tried again. Pauses double with each failure, and are between half and all of that at random. */
export interface RetryLimits {
  /** The first pause, in ms; 200 if left out. */
  readonly firstMs: number;
  /** The longest pause, in ms, unless the API asks for a longer one; 30,000 if left out. */
  readonly mostMs: number;
  /** How long an item is tried, in ms; an hour if left out. At most 24 hours: that long the API knows a repeat by its key. */
  readonly giveUpAfterMs: number;
}

/** Who the client is: an API key, on a server, or a function that gives the current one; or the token of a browser link. */
export type Credentials =
  | { readonly apiKey: string | (() => string | Promise<string>); readonly token?: never }
  | { readonly token: string; readonly apiKey?: never };

/** What a client is made with. */
export type ClientOptions = Credentials & {
  /** Where the API is, e.g. `https://feedback.example.com`. A path before `/v1` is kept. */
  readonly url: string;
  readonly batch?: Partial<BatchLimits>;
  readonly buffer?: Partial<BufferLimits>;
  readonly retry?: Partial<RetryLimits>;
  /** How long a request may take, in ms; 10,000 if left out. */
  readonly timeoutMs?: number;
  /** Told of each item that was not accepted, after the promise of its call was rejected. What it throws is not caught. */
  readonly onFailure?: (failure: Failure) => void;
  /** Time, chance, HTTP and page; those of the program if left out. */
  readonly platform?: Platform;
};

/** Options with nothing left out. */
export interface Settings {
  readonly url: string;
  readonly credentials: Credentials;
  readonly batch: BatchLimits;
  readonly buffer: BufferLimits;
  readonly retry: RetryLimits;
  readonly timeoutMs: number;
  readonly onFailure: (failure: Failure) => void;
  readonly platform: Platform;
}

const dayMs = 86_400_000;

/** Whether a text can stand in a header. One that cannot would be repeated in the message of the platform's error. */
export const isKey = (text: string): boolean => /^[\x21-\x7e]+$/.test(text);

const urlMistakes = (text: string): ReadonlyArray<string> => {
  if (!URL.canParse(text)) return ['url is not a URL'];
  const { protocol, search, hash, username } = new URL(text);
  if (!/^https?:$/.test(protocol)) return ['url is neither http nor https'];
  return search + hash + username === '' ? [] : ['url has a query, a fragment or a login'];
};

const credentialMistakes = ({ apiKey, token }: ClientOptions): ReadonlyArray<string> => {
  if ((apiKey === undefined) === (token === undefined)) return ['exactly one of apiKey and token is needed'];
  const text = apiKey ?? token;
  return typeof text === 'string' && !isKey(text) ? ['apiKey or token is empty, or has spaces or characters outside of ASCII'] : [];
};

const numberMistakes = (group: string, values: Readonly<Record<string, unknown>>): ReadonlyArray<string> =>
  Object.entries(values)
    .filter(([name, value]) => typeof value === 'number' && !(value > 0 || (name === 'waitMs' && value === 0)))
    .map(([name]) => `${group}${name} is not above 0`);

const mistakes = (options: ClientOptions, { batch, buffer, retry, timeoutMs }: Settings): ReadonlyArray<string> => [
  ...urlMistakes(options.url),
  ...credentialMistakes(options),
  ...numberMistakes('batch.', { ...batch }),
  ...numberMistakes('buffer.', { ...buffer }),
  ...numberMistakes('retry.', { ...retry }),
  ...numberMistakes('', { timeoutMs }),
  ...(retry.giveUpAfterMs > dayMs ? ['retry.giveUpAfterMs is above 24 hours'] : []),
];

/** Options with what was left out. Throws `bad_options` with all mistakes. */
export const settingsOf = (options: ClientOptions): Settings => {
  const settings: Settings = {
    url: options.url.replace(/\/+$/, ''),
    credentials: options,
    batch: { items: 100, bytes: 524_288, waitMs: 100, ...options.batch },
    buffer: { items: 10_000, bytes: 8_388_608, whenFull: 'refuse', ...options.buffer },
    retry: { firstMs: 200, mostMs: 30_000, giveUpAfterMs: 3_600_000, ...options.retry },
    timeoutMs: options.timeoutMs ?? 10_000,
    onFailure: options.onFailure ?? (() => undefined),
    platform: options.platform ?? thisPlatform(),
  };
  const found = mistakes(options, settings);
  if (found.length > 0) throw new ClientError('bad_options', `The client cannot be made: ${found.join('; ')}.`);
  return settings;
};
