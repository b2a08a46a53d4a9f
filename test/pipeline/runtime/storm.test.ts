import assert from 'node:assert/strict';
import type { MemoryFaults, Step } from '../../../pipeline/cluster/memory/faults.ts';
import { type ErrorCode, MillraceError } from '../../../pipeline/core/errors.ts';
import type { Lookup } from '../../../pipeline/core/ports/lookup.ts';
import { topology } from '../../../pipeline/core/topology.ts';
import { lookup } from '../../../operators/lookup.ts';
import type { RunnerDeps } from '../../../pipeline/runtime/open-process.ts';
import { memoryStore } from '../../../pipeline/state/memory-store.ts';
import type { VirtualClock } from '../../../pipeline/testing/virtual-clock.ts';
import { type Click, clicked, clickOf, clickType, deadLetter, newYear, paidClicks } from '../../support/clicks.ts';
import { inSection, numbered } from './numbered.ts';
import { Processes } from '../../../pipeline/testing/processes.ts';
import { seeded } from '../../../pipeline/testing/seeded.ts';
import { slowStore } from './slow-store.ts';

const asked = lookup<Click, boolean, Click>('ask', {
  port: 'payments',
  deadline: 30,
  key: ['user', 'page.id'],
  merge: (click, paid) => ({ ...click, paid: paid === true }),
  output: clickType,
});

const counting = topology('counting', { deadLetter }, (t) => {
  t.source('in', clicked)
    .pipe(numbered('number'))
    .pipe(asked)
    .repartition('again', { key: ['user'] })
    .pipe(numbered('number-again', inSection))
    .to('out', paidClicks);
});

const users = Array.from({ length: 12 }, (_, n) => `user-${n}`);
const rounds = 12;
const partitions = 4;
const expected = users.flatMap((user) => Array.from({ length: rounds }, (_, n) => `${user}/${n + 1}/${n + 1}`)).sort();

const transactional = new Set(['begin', 'produce', 'sendOffsets', 'commit', 'abort']);

/** Delays of every operation, and errors of every class that may be tried again, as the seed has them; none once `calm`. */
class Storm {
  readonly #random: () => number;
  readonly #clock: VirtualClock;
  calm = false;

  constructor(random: () => number, clock: VirtualClock) {
    this.#random = random;
    this.#clock = clock;
  }

  get faults(): MemoryFaults {
    return { before: (step) => this.#strike(step, 'before'), after: (step) => this.#strike(step, 'after') };
  }

  get deps(): Pick<RunnerDeps, 'lookups' | 'makeStore'> {
    const pause = (): Promise<void> => this.#clock.sleep(this.calm ? 0 : Math.floor(this.#random() * 20));
    return { lookups: { payments: this.#port }, makeStore: (spec, { node }) => slowStore(memoryStore(spec, { node }), pause) };
  }

  /** Answers late, in error, or not at all, as the seed has it. */
  get #port(): Lookup<unknown> {
    return {
      fetch: async (keys: ReadonlyArray<string>) => {
        const luck = this.#random();
        await this.#clock.sleep(Math.floor(this.#random() * 40));
        if (luck < 0.2) throw new Error('no answer');
        return keys.map(() => luck < 0.8);
      },
    };
  }

  #strike({ operation, client }: Step, when: 'before' | 'after'): Promise<void> | undefined {
    if (this.calm || !client.startsWith('process-')) return undefined;
    if (transactional.has(operation) && this.#random() < 0.06) throw this.#error(operation, when);
    if (operation === 'produce' || this.#random() < 0.6) return undefined;
    return this.#clock.sleep(Math.ceil(this.#random() * 25));
  }

  #error(operation: string, when: string): MillraceError {
    const code: ErrorCode =
      when === 'before' && operation !== 'abort' && this.#random() < 0.7 ? 'transaction_aborted' : 'cluster_unavailable';
    return new MillraceError(code, `${operation} failed on purpose`);
  }
}

/** Does something to the group now and then. */
const disturb = async (processes: Processes, random: () => number): Promise<void> => {
  const slot = processes.slots[Math.floor(random() * processes.slots.length)] ?? '0';
  const luck = random();
  if (luck < 0.15) processes.rebalance();
  else if (luck < 0.3) processes.expire(slot);
  else if (luck < 0.4) {
    processes.crash(slot);
    await processes.start(slot);
  } else if (luck < 0.5 && processes.slots.length < 4) await processes.start(String(processes.slots.length));
};

const weather = async (seed: number): Promise<void> => {
  const random = seeded(seed);
  let storm: Storm | undefined;
  const stormOf = (clock: VirtualClock): Storm => (storm ??= new Storm(random, clock));
  const processes = await Processes.of(counting, {
    partitions,
    settings: { chunkSize: 1 + Math.floor(random() * 4), pollRecords: 1 + Math.floor(random() * 20), bufferBytes: 1_000 },
    faults: (clock) => stormOf(clock).faults,
    deps: (clock) => stormOf(clock).deps,
  });
  stormOf(processes.clock).calm = true;
  for (const slot of ['0', '1']) await processes.start(slot);
  stormOf(processes.clock).calm = false;
  for (let round = 0; round < rounds; round += 1) {
    await processes.put(clicked, ...users.map((user) => clickOf(user, newYear + round)));
    await processes.advance(Math.floor(random() * 150));
    await disturb(processes, random);
  }
  await processes.advance(2_000);
  stormOf(processes.clock).calm = true;
  await processes.advance(60_000);
  const written = (await processes.values(paidClicks)).map(({ user, page }) => `${user}/${page.id}/${page.section}`).sort();
  assert.deepEqual(written, expected, `seed ${seed}`);
  assert.deepEqual(await processes.records(deadLetter.name), [], `seed ${seed}`);
  await processes.close();
};

const seeds = process.env.MILLRACE_RUNS === 'full' ? 1_000 : 20;

describe('processes in a storm of delays, errors, crashes and rebalances', () => {
  it('write every result once', async function () {
    this.timeout(600_000);
    for (let seed = 1; seed <= seeds; seed += 1) await weather(seed);
  });
});
