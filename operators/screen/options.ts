import type { Path, Versioned } from '../../pipeline/core/key.ts';

/** How `screen` tells abuse from use. Signals that are left out are not looked at; one is needed at least. */
export interface ScreenOptions<T, K extends string> {
  /** The fields that name who has submitted a value. The stream's partition key must be among them. */
  readonly key: ReadonlyArray<K & Path<T>>;
  /** The span over which rates, keys and texts are counted, in ms of stream time. */
  readonly window: number;
  /** From which score on a value is quarantined, above 0 up to 1; 0.5 if left out: twice of what is usual. */
  readonly threshold?: number;
  /** More than `most` values of one submitter in a window. */
  readonly rate?: { readonly most: number };
  /** One submitter over many keys: more than `most` different ones in a window. */
  readonly spread?: { readonly of: ReadonlyArray<Path<T>>; readonly most: number };
  /** Much the same text again and again. */
  readonly texts?: TextOptions<T>;
  /** The last `over` values of a submitter came closer together than `least` ms on average: faster than people. */
  readonly pace?: { readonly over: number; readonly least: number };
  /** Said sooner than `least` ms after it could be seen; said before it could be seen is impossible, and scores 1. */
  readonly delay?: {
    /** ms between the moment from which on it could be seen and the value; undefined if that is not known. Pure. */
    readonly of: Versioned<(value: T) => number | undefined>;
    readonly least: number;
  };
}

/** When texts count as copies. */
export interface TextOptions<T> {
  /** The text of a value; undefined if it has none. Pure. */
  readonly of: Versioned<(value: T) => string | undefined>;
  /** How many near-duplicates among the texts that are remembered are usual. */
  readonly most: number;
  /** The share of common runs of words from which on two texts are near-duplicates; 0.8 if left out. */
  readonly similarity?: number;
  /** Shorter texts are not compared; 5 words if left out. */
  readonly leastWords?: number;
  /** How many texts of a submitter are remembered, the newest; 8 if left out, 64 at most. */
  readonly remembered?: number;
}

/** What a value can be suspected of. */
export type SignalName = 'rate' | 'spread' | 'texts' | 'pace' | 'delay';

/** One ground of suspicion. */
export interface Suspicion {
  readonly signal: SignalName;
  /** Above 0 up to 1. */
  readonly score: number;
  /** What was seen and what is usual, in words and numbers; nothing of the value itself. */
  readonly reason: string;
}

/** A value that does not pass, and why. */
export interface Quarantined<out T> {
  readonly value: T;
  /** The largest score of its grounds. */
  readonly score: number;
  /** The grounds, the strongest first. */
  readonly grounds: ReadonlyArray<Suspicion>;
}

/** The threshold if none is given. */
export const usualThreshold = 0.5;

/** The text options with nothing left out. */
export const withDefaults = <T>(texts: TextOptions<T>): Required<TextOptions<T>> => ({
  similarity: 0.8,
  leastWords: 5,
  remembered: 8,
  ...texts,
});

const mostRemembered = 64;

const positive = (name: string, value: number | undefined): ReadonlyArray<string> =>
  value === undefined || (value > 0 && Number.isFinite(value)) ? [] : [`${name} is ${value} and must be above 0`];

const inUnit = (name: string, value: number | undefined): ReadonlyArray<string> =>
  value === undefined || (value > 0 && value <= 1) ? [] : [`${name} is ${value} and must be above 0, up to 1`];

const whole = (name: string, value: number | undefined, [least, most]: readonly [number, number]): ReadonlyArray<string> =>
  value === undefined || (Number.isInteger(value) && value >= least && value <= most)
    ? []
    : [`${name} is ${value} and must be a whole number from ${least} to ${most}`];

const textMistakes = <T>({ most, similarity, leastWords, remembered }: Partial<TextOptions<T>>): ReadonlyArray<string> => [
  ...positive('texts.most', most),
  ...inUnit('texts.similarity', similarity),
  ...whole('texts.leastWords', leastWords, [1, 1_000]),
  ...whole('texts.remembered', remembered, [2, mostRemembered]),
];

const paceMistakes = ({ over, least }: Partial<NonNullable<ScreenOptions<never, never>['pace']>>): ReadonlyArray<string> => [
  ...whole('pace.over', over, [2, mostRemembered]),
  ...positive('pace.least', least),
];

/** Every mistake of a declaration. */
export const mistakesOf = <T, K extends string>(options: ScreenOptions<T, K>): ReadonlyArray<string> => {
  const { window, threshold, rate, spread, texts, pace, delay } = options;
  return [
    ...([rate, spread, texts, pace, delay].some((signal) => signal !== undefined) ? [] : ['no signal is given']),
    ...positive('window', window),
    ...inUnit('threshold', threshold),
    ...positive('rate.most', rate?.most),
    ...positive('spread.most', spread?.most),
    ...textMistakes(texts ?? {}),
    ...paceMistakes(pace ?? {}),
    ...positive('delay.least', delay?.least),
  ];
};
