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
import type { Disks } from './disks.ts';
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
/** How soon a dead process is missed, where outages are to be long for the others. */
const sessionTimeoutMs = 200;
const expected = users.flatMap((user) => Array.from({ length: rounds }, (_, n) => `${user}/${n + 1}/${n + 1}`)).sort();

const inMemory: RunnerDeps['makeStore'] = (spec, { node }) => memoryStore(spec, { node });

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

  /** Gives a process its lookups, and stores that take their time. */
  deps(makeStore: RunnerDeps['makeStore']): Pick<RunnerDeps, 'lookups' | 'makeStore'> {
    const pause = (): Promise<void> => this.#clock.sleep(this.calm ? 0 : Math.floor(this.#random() * 20));
    return { lookups: { payments: this.#port }, makeStore: (spec, place) => slowStore(makeStore(spec, place), pause) };
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

/** A process dies. Others go on with its tasks, until it comes back on its disk, or on an empty one, or on one of earlier. */
const outage = async (processes: Processes, random: () => number, disks: Disks): Promise<void> => {
  const slot = processes.slots[Math.floor(random() * processes.slots.length)] ?? '0';
  const luck = random();
  if (luck < 0.3) disks.snapshot(slot);
  if (luck < 0.5) return;
  processes.crash(slot);
  await processes.advance(Math.floor(random() * 3 * sessionTimeoutMs));
  if (luck < 0.6) disks.lose(slot);
  else if (luck < 0.7) disks.goBack(slot);
  await processes.start(slot);
  await processes.advance(Math.floor(random() * 6_000));
};

/** Every store has what its changelog gives, entry by entry. */
const checkStores = async (processes: Processes, seed: number): Promise<void> => {
  for (const { nodes } of processes.runners.flatMap(({ tasks }) => tasks)) {
    for (const { store, place } of nodes.changelogs.values()) {
      const records = (await processes.records(place.changelog.topic)).filter(({ partition }) => partition === place.changelog.partition);
      const last = new Map(
        records.map(({ key, value }) => [key?.toString(), value === null ? undefined : Number(value.subarray(8).toString())]),
      );
      assert.deepEqual(new Map(store.scan('')), last, `seed ${seed}: ${place.task} ${place.node}`);
    }
  }
};

/**
 * Runs processes through the storm of a seed and holds that every result is written once. On `disks` their state is on disk, and some
 * crashes lose the disk or bring back an older one.
 */
export const weather = async (seed: number, disks?: Disks): Promise<void> => {
  const random = seeded(seed);
  let storm: Storm | undefined;
  const stormOf = (clock: VirtualClock): Storm => (storm ??= new Storm(random, clock));
  const processes = await Processes.of(counting, {
    partitions,
    settings: { chunkSize: 1 + Math.floor(random() * 4), pollRecords: 1 + Math.floor(random() * 20), bufferBytes: 1_000 },
    faults: (clock) => stormOf(clock).faults,
    ...(disks === undefined ? {} : { timeouts: { sessionTimeoutMs } }),
    deps: (clock, client) => stormOf(clock).deps(disks?.deps(clock, client).makeStore ?? inMemory),
  });
  stormOf(processes.clock).calm = true;
  for (const slot of ['0', '1']) await processes.start(slot);
  stormOf(processes.clock).calm = false;
  for (let round = 0; round < rounds; round += 1) {
    await processes.put(clicked, ...users.map((user) => clickOf(user, newYear + round)));
    await processes.advance(Math.floor(random() * 150));
    await disturb(processes, random);
    if (disks !== undefined) await outage(processes, random, disks);
  }
  await processes.advance(2_000);
  stormOf(processes.clock).calm = true;
  await processes.advance(60_000);
  const written = (await processes.values(paidClicks)).map(({ user, page }) => `${user}/${page.id}/${page.section}`).sort();
  assert.deepEqual(written, expected, `seed ${seed}`);
  assert.deepEqual(await processes.records(deadLetter.name), [], `seed ${seed}`);
  await checkStores(processes, seed);
  await processes.close();
};
