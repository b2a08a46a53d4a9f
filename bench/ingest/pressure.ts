import { topics } from '../../topologies/feedback/topics.ts';
import { type Quantiles, quantilesOf } from '../latency/quantiles.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { type Fired, openLoad, type Shot } from './load.ts';
import { singleBody, singles } from './requests.ts';
import type { IngestStage } from './stage.ts';

/** Times of acknowledgements at half of what the API can, in ms; those of a bare produce at the same rate beside them. */
export interface HalfLoad {
  readonly rate: number;
  readonly acknowledged: Quantiles;
  readonly bare: Quantiles;
  /** Between the two, at the 99th percentile. */
  readonly over_bare_ms: number;
  readonly bar_ms: number;
}

/** What three times as much as the API can comes to. */
export interface Overload {
  readonly rate: number;
  readonly seconds: number;
  readonly requests: number;
  /** Answered 202; 429 or 503; not at all or otherwise. */
  readonly accepted: number;
  readonly shed: number;
  readonly failed: number;
  /** Due, but never sent, since all connections were busy. */
  readonly unsent: number;
  readonly accepted_per_second: number;
  /** From when a request was due to its 202. */
  readonly times: Quantiles;
  readonly bar_ms: number;
  /** After the overload, at half load: how long until nothing is shed any more and every answer is in time again, in ms. */
  readonly recovery_ms: number;
  readonly recovery_bar_ms: number;
}

const bars = { overBare: 50, overload: 250, recovery: 5_000 };
const second = 1_000;
const acceptedStatus = 202;
const shedStatuses = [429, 503];
/** More than wait at a time when all goes well, and many clients when it does not. */
const connections = { half: 256, overload: 1_000 };
const tickMs = 5;

const timesOf = (shots: ReadonlyArray<Shot>): ReadonlyArray<number> =>
  shots.filter(({ status }) => status === acceptedStatus).map(({ ms }) => ms);

/** Gives records of the same size to the client at an even rate; the time of each from when it was due to its acknowledgement. */
const bareTimes = async ({ cluster }: IngestStage, rate: number, ms: number): Promise<ReadonlyArray<number>> => {
  const producer = await cluster.producer();
  const times: number[] = [];
  const start = performance.now();
  const total = Math.floor((rate * ms) / second);
  const send = async (nth: number): Promise<void> => {
    const value = Buffer.from(singleBody(nth));
    await producer.send({ topic: topics.feedbackReceived.name, key: Buffer.from(`bare|${nth}`), value });
    times.push(performance.now() - start - (nth * second) / rate);
  };
  const sending: Promise<void>[] = [];
  while (sending.length < total) {
    const reached = Math.min(total, Math.floor(((performance.now() - start) * rate) / second));
    while (sending.length < reached) sending.push(send(sending.length));
    await systemClock.sleep(tickMs);
  }
  await Promise.all(sending);
  await producer.close();
  return times;
};

/** Half of what the API can, at an even rate. */
export const measureHalfLoad = async (stage: IngestStage, rate: number, seconds: number): Promise<HalfLoad> => {
  const { door } = stage.whole;
  const ms = seconds * second;
  await openLoad(door, singles(door, 'half-warm'), { rate, ms: ms / 4, connections: connections.half });
  const fired = await openLoad(door, singles(door, 'half'), { rate, ms, connections: connections.half });
  const acknowledged = quantilesOf(timesOf(fired.shots));
  const bare = quantilesOf(await bareTimes(stage, rate, ms));
  return { rate, acknowledged, bare, over_bare_ms: Math.round((acknowledged.p99 - bare.p99) * 10) / 10, bar_ms: bars.overBare };
};

/** When the last one was answered too late or not at all that was due after the overload, in ms since its end. */
const recoveryOf = (shots: ReadonlyArray<Shot>, end: number): number => {
  const late = shots.filter(({ status, ms }) => status !== acceptedStatus || ms > bars.overload);
  return Math.round(Math.max(0, ...late.map(({ due, ms }) => due + ms - end)));
};

const overloadOf = ({ shots, wallMs, unsent }: Fired, rate: number, seconds: number): Omit<Overload, 'recovery_ms'> => {
  const times = timesOf(shots);
  const shed = shots.filter(({ status }) => shedStatuses.includes(status)).length;
  return {
    rate,
    seconds,
    requests: shots.length,
    accepted: times.length,
    shed,
    failed: shots.length - times.length - shed,
    unsent,
    accepted_per_second: Math.round((times.length / wallMs) * second),
    times: quantilesOf(times),
    bar_ms: bars.overload,
    recovery_bar_ms: bars.recovery,
  };
};

/** Three times what the API can, then half of it again. */
export const measureOverload = async ({ whole: { door } }: IngestStage, capacity: number, seconds: number): Promise<Overload> => {
  const rate = 3 * capacity;
  const fired = await openLoad(door, singles(door, 'over'), { rate, ms: seconds * second, connections: connections.overload });
  const end = performance.now();
  const after = await openLoad(door, singles(door, 'after'), {
    rate: capacity / 2,
    ms: Math.min(seconds, 10) * second,
    connections: connections.half,
  });
  return { ...overloadOf(fired, rate, seconds), recovery_ms: recoveryOf(after.shots, end) };
};
