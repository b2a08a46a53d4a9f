import type { RunnerSettings } from '../../runtime/settings.ts';
import { Draw } from '../draw.ts';
import { type Answer, answers, type CommitStep, commitSteps, type Fault, lostAnswers } from './fault.ts';
import type { Message } from './message.ts';
import type { Traits } from './traits.ts';

/** A message and when it is sent, ms from the beginning of the run. */
export interface Sending {
  /** Its place among all inputs of the seed. */
  readonly number: number;
  readonly at: number;
  readonly message: Message;
}

/** All that a run depends on besides the topology: the same plan gives the same run. */
export interface Plan {
  readonly seed: number;
  readonly partitions: number;
  readonly processes: number;
  readonly settings: Pick<RunnerSettings, 'chunkSize' | 'pollRecords' | 'bufferBytes' | 'commitEvery'>;
  /** Every operation of the cluster takes a random time up to this, ms; 0: none at all. */
  readonly jitter: number;
  readonly sendings: ReadonlyArray<Sending>;
  readonly faults: ReadonlyArray<Fault>;
}

/** The tasks of a topology live on so many partitions in every simulation. */
export const partitions = 4;

const processes = 3;
/** Over how many ms the inputs are sent, and in how many portions. */
const span = 1_000;
const portions = 16;
/** When the last fault of a step is laid, ms: there are steps after it for sure. */
const lastStep = 850;

const sendingsOf = (inputs: ReadonlyArray<Message>, draw: Draw): ReadonlyArray<Sending> => {
  const size = Math.max(1, Math.ceil(inputs.length / portions));
  const times = Array.from({ length: portions + 1 }, (_, portion) => Math.floor(((portion + draw.unit()) / (portions + 1)) * span));
  return inputs.map((message, number) => ({ number, at: times[Math.floor(number / size)] ?? 0, message }));
};

const crash = (draw: Draw): Fault => ({
  kind: 'crash',
  at: draw.whole(0, lastStep),
  step: draw.pick(commitSteps),
  when: draw.pick(['before', 'after']),
  down: draw.whole(0, 400),
});

/** A lost answer is as likely to a commit as to all other steps: it is the one that leaves open what has happened. */
const answer = (draw: Draw): Fault => {
  const step = draw.pick<CommitStep>(['begin', 'produce', 'sendOffsets', 'commit', 'commit', 'commit']);
  const when = draw.pick<'before' | 'after'>(['before', 'after']);
  // No cluster calls a transaction aborted that it has committed.
  const code = draw.pick<Answer>(step === 'commit' && when === 'after' ? lostAnswers : answers);
  return { kind: 'answer', at: draw.whole(0, lastStep), step, when, code };
};

const stall = (draw: Draw): Fault => ({
  kind: 'stall',
  at: draw.whole(0, lastStep),
  step: draw.pick(['begin', 'sendOffsets', 'sendOffsets', 'commit']),
  when: draw.pick(['before', 'after']),
  for: draw.magnitude(40, 1_500),
  expires: draw.chance(0.6),
});

const others: readonly [(draw: Draw) => Fault, ...ReadonlyArray<(draw: Draw) => Fault>] = [
  (draw) => ({ kind: 'rebalance', at: draw.whole(0, span) }),
  (draw) => ({ kind: 'expire', at: draw.whole(0, span), who: draw.unit() }),
  (draw) => ({ kind: 'expire', at: draw.whole(0, span), who: draw.unit() }),
  (draw) => ({ kind: 'restart', at: draw.whole(0, span), who: draw.unit(), down: draw.whole(0, 300) }),
  (draw) => ({ kind: 'join', at: draw.whole(0, span) }),
  (draw) => ({ kind: 'twin', at: draw.whole(0, span), who: draw.unit() }),
  (draw) => ({ kind: 'late-markers', at: draw.whole(0, span), for: draw.whole(100, 500), by: draw.whole(5, 60) }),
  (draw) => ({ kind: 'late-markers', at: draw.whole(0, span), for: draw.whole(100, 500), by: draw.whole(5, 60) }),
  (draw) => ({ kind: 'slow', at: draw.whole(0, span), for: draw.whole(50, 300), by: draw.whole(5, 40) }),
];

/** Never as slow as the deadline: what is late is told as such, and that is another result. */
const slowLookups =
  (deadline: number) =>
  (draw: Draw): Fault => ({
    kind: 'slow-lookups',
    at: draw.whole(0, span),
    for: draw.whole(200, 600),
    by: draw.whole(1, Math.max(1, Math.floor(deadline / 2))),
  });

const repeatsOf = (sendings: ReadonlyArray<Sending>, draw: Draw): ReadonlyArray<Fault> => {
  const may = sendings.filter(({ message }) => message.mayRepeat);
  if (may.length === 0) return [];
  return Array.from({ length: draw.whole(1, 6) }, () => {
    const chosen = may[draw.whole(0, may.length - 1)];
    return { kind: 'repeat' as const, at: (chosen?.at ?? 0) + draw.whole(0, 100), message: chosen?.number ?? 0 };
  });
};

const faultsOf = (sendings: ReadonlyArray<Sending>, traits: Traits, draw: Draw): ReadonlyArray<Fault> => {
  const makers = [crash, crash, crash, answer, answer, answer, stall, stall, stall, ...draw.shuffled(others).slice(0, draw.whole(3, 5))];
  const lookups = traits.deadline === undefined ? [] : [slowLookups(traits.deadline), slowLookups(traits.deadline)];
  const chosen = draw.shuffled(makers).slice(0, draw.whole(9, 11));
  const faults = [...chosen, ...lookups].map((make) => make(draw));
  return [...faults, ...repeatsOf(sendings, draw)].sort((a, b) => a.at - b.at);
};

/** What a seed stands for: how the inputs are sent, to how many processes, and what goes wrong meanwhile. */
export const planOf = (seed: number, inputs: ReadonlyArray<Message>, traits: Traits): Plan => {
  const draw = new Draw(seed);
  const sendings = sendingsOf(inputs, draw);
  return {
    seed,
    partitions,
    processes,
    settings: {
      chunkSize: draw.pick([1, 8, 16, 32, 64, 128, 256, 512]),
      pollRecords: draw.magnitude(10, 1_000),
      bufferBytes: draw.magnitude(1_000, 1_000_000),
      commitEvery: draw.whole(50, 200),
    },
    jitter: draw.pick([0, 2, 5, 20]),
    sendings,
    faults: faultsOf(sendings, traits, draw),
  };
};

/** One process that nothing happens to, with everything there from the beginning: what comes of the same inputs for sure. */
export const quietPlan = (sendings: ReadonlyArray<Sending>): Plan => ({
  seed: 0,
  partitions,
  processes: 1,
  settings: { chunkSize: 1_000, pollRecords: 5_000, bufferBytes: 16 * 1024 * 1024, commitEvery: 100 },
  jitter: 0,
  sendings: sendings.map(({ number, message }) => ({ number, at: 0, message })),
  faults: [],
});
