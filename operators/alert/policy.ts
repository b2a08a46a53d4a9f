import { MillraceError } from '../../pipeline/core/errors.ts';
import type { Versioned } from '../../pipeline/core/key.ts';
import type { RecordType } from '../../pipeline/core/record-type.ts';
import type { Severity, Thresholds } from './severity.ts';

/** What a record says of a signal: the value of a window over `n` observations. A later record of the same `start` takes its place. */
export interface AlertReading {
  readonly signal: string;
  /** Begin of the window, ms. */
  readonly start: number;
  readonly value: number;
  readonly n: number;
}

/** While the signal `source` of a subject is at an alert, nothing bad is told of `targets` of the same subject. */
export interface Inhibition {
  readonly source: string;
  readonly targets: ReadonlyArray<string>;
}

/** From when until when, in ms, nothing is told of what has these labels; `signal` stands for the signal. */
export interface Mute {
  readonly match: Readonly<Record<string, string>>;
  readonly from: number;
  readonly until: number;
}

/** Why something is told: the severity has changed, it still is what it was, or nobody has heard of it for so long that it is forgotten. */
export type NoticeCause = 'changed' | 'reminder' | 'forgotten';

/** What people are told. Times in ms of stream time. */
export interface Notice {
  /** The same for the same notice after a crash or a replay, and of no other notice. */
  readonly id: string;
  readonly policy: string;
  /** The subject: the values of its fields by the last part of their paths. */
  readonly labels: Readonly<Record<string, string>>;
  readonly signal: string;
  readonly severity: Severity;
  /** What was told before. */
  readonly previous: Severity;
  readonly cause: NoticeCause;
  readonly since: number;
  readonly at: number;
  /** Value, observations and begin of the window that came last. */
  readonly value: number;
  readonly n: number;
  readonly start: number;
}

/** What `alert` goes by. Times in ms of stream time. */
export interface AlertPolicy<T, Out, K extends string> {
  readonly name: string;
  /** The fields that name what is watched. The stream's partition key must be among them. */
  readonly subject: ReadonlyArray<K>;
  /** What a record says; undefined if nothing. Pure. */
  readonly reading: Versioned<(value: T) => AlertReading | undefined>;
  /** The signals that are watched; readings of others are passed over. */
  readonly signals: Readonly<Record<string, Thresholds>>;
  /** So many windows in a row have to be as bad before it is told; 2 if left out. */
  readonly raiseAfter?: number;
  /** So many windows in a row have to be better before that is told; 3 if left out. */
  readonly clearAfter?: number;
  /** Without a window for so long there is no data; never if left out. */
  readonly noDataAfter?: number;
  /** What stays bad is told again after so long; four hours if left out. */
  readonly renotifyEvery?: number;
  /** What brings no window for so long is forgotten, and told to be over; seven days if left out. */
  readonly forgetAfter?: number;
  readonly inhibits?: ReadonlyArray<Inhibition>;
  readonly mutes?: ReadonlyArray<Mute>;
  /** Makes a record of a notice. Pure. */
  readonly notice: Versioned<(notice: Notice) => Out>;
  readonly output?: RecordType<Out>;
}

/** The numbers of a policy, with its defaults. */
export interface AlertNumbers {
  readonly raiseAfter: number;
  readonly clearAfter: number;
  readonly noDataAfter: number;
  readonly renotifyEvery: number;
  readonly forgetAfter: number;
}

const hour = 3_600_000;

const mistakesOfSignal = (name: string, { better, warning, alert }: Thresholds): ReadonlyArray<string> => {
  if (Number.isNaN(alert)) return [`the alert of "${name}" is no number`];
  if (warning === undefined || (better === 'higher' ? warning >= alert : warning <= alert)) return [];
  return [`the warning of "${name}" must come before its alert`];
};

const mistakesOfNumbers = ({ raiseAfter, clearAfter, noDataAfter, renotifyEvery, forgetAfter }: AlertNumbers): ReadonlyArray<string> => [
  ...Object.entries({ raiseAfter, clearAfter }).flatMap(([name, n]) =>
    Number.isInteger(n) && n > 0 ? [] : [`${name} must be a whole number from 1`],
  ),
  ...Object.entries({ noDataAfter, renotifyEvery, forgetAfter }).flatMap(([name, ms]) => (ms > 0 ? [] : [`${name} must be above 0`])),
  ...(noDataAfter !== Infinity && noDataAfter >= forgetAfter ? ['noDataAfter must be less than forgetAfter'] : []),
];

/** Throws `bad_topology` naming everything that is not accepted. */
export const alertNumbers = <T, Out, K extends string>(policy: AlertPolicy<T, Out, K>): AlertNumbers => {
  const { raiseAfter = 2, clearAfter = 3, noDataAfter = Infinity, renotifyEvery = 4 * hour, forgetAfter = 168 * hour } = policy;
  const numbers = { raiseAfter, clearAfter, noDataAfter, renotifyEvery, forgetAfter };
  const { signals, inhibits = [] } = policy;
  const named = inhibits.flatMap(({ source, targets }) => [source, ...targets]);
  const mistakes = [
    ...mistakesOfNumbers(numbers),
    ...Object.entries(signals).flatMap(([name, thresholds]) => mistakesOfSignal(name, thresholds)),
    ...named.filter((name) => !Object.hasOwn(signals, name)).map((name) => `inhibits names "${name}", which is no signal of the policy`),
  ];
  if (mistakes.length > 0) throw new MillraceError('bad_topology', `alert policy "${policy.name}": ${mistakes.join('; ')}`);
  return numbers;
};
