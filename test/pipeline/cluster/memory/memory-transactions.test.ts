import assert from 'node:assert/strict';
import fc from 'fast-check';
import { memoryCluster } from '../../../../pipeline/cluster/memory/memory-cluster.ts';
import type { Isolation, LogRecord, TransactionalProducer } from '../../../../pipeline/core/ports/cluster.ts';
import { VirtualClock } from '../../../../pipeline/testing/virtual-clock.ts';

const producers = 3;
const partitions = 2;

/** What happens next: a producer writes to a partition (beginning if it must), or ends what it has open. */
const event = fc.record({
  who: fc.nat({ max: producers - 1 }),
  what: fc.oneof(fc.nat({ max: partitions - 1 }), fc.constantFrom('commit' as const, 'abort' as const, 'plain' as const, 'renew' as const)),
});

/** The log as it has to be, kept by brute force: one entry for each offset. */
interface Entry {
  readonly value: string | undefined;
  fate: 'plain' | 'open' | 'committed' | 'aborted';
}

class Model {
  readonly logs: Entry[][] = Array.from({ length: partitions }, () => []);
  readonly open = new Map<number, Entry[]>();
  readonly touched = new Map<number, Set<number>>();

  write(who: number, partition: number, value: string): void {
    const entry: Entry = { value, fate: 'open' };
    this.logs[partition]!.push(entry);
    this.open.set(who, [...(this.open.get(who) ?? []), entry]);
    this.touched.set(who, (this.touched.get(who) ?? new Set()).add(partition));
  }

  end(who: number, fate: 'committed' | 'aborted'): void {
    for (const entry of this.open.get(who) ?? []) entry.fate = fate;
    for (const partition of this.touched.get(who) ?? []) this.logs[partition]!.push({ value: undefined, fate });
    this.open.delete(who);
    this.touched.delete(who);
  }

  visible(partition: number, isolation: Isolation): string[] {
    const log = this.logs[partition]!;
    const firstOpen = log.findIndex(({ fate }) => fate === 'open');
    const stable = isolation === 'committed' && firstOpen >= 0 ? log.slice(0, firstOpen) : log;
    return stable.flatMap(({ value, fate }) =>
      value === undefined || (isolation === 'committed' && fate === 'aborted')
        ? []
        : [`${log.findIndex((entry) => entry.value === value)}:${value}`],
    );
  }
}

const show = ({ offset, value }: LogRecord): string => `${offset}:${String(value)}`;

/** The cluster and the model side by side. */
class Stage {
  readonly cluster = memoryCluster({ clock: new VirtualClock() });
  readonly model = new Model();
  readonly #producers: TransactionalProducer[] = [];
  readonly #begun = new Set<number>();

  async open(): Promise<void> {
    await (await this.cluster.admin()).createTopics([{ topic: 't', partitions }]);
    for (let who = 0; who < producers; who += 1) await this.renew(who);
  }

  async write(who: number, partition: number, value: string): Promise<void> {
    if (!this.#begun.has(who)) await this.#producers[who]!.begin();
    this.#begun.add(who);
    this.#producers[who]!.produce({ topic: 't', partition, key: null, value: Buffer.from(value) });
    this.model.write(who, partition, value);
  }

  async plain(who: number, value: string): Promise<void> {
    const partition = who % partitions;
    await (await this.cluster.producer()).send({ topic: 't', partition, key: null, value: Buffer.from(value) });
    this.model.logs[partition]!.push({ value, fate: 'plain' });
  }

  async renew(who: number): Promise<void> {
    this.#producers[who] = await this.cluster.transactionalProducer(`id-${who}`);
    this.#begun.delete(who);
    this.model.end(who, 'aborted');
  }

  async commit(who: number): Promise<void> {
    if (!this.#begun.delete(who)) return;
    await this.#producers[who]!.commit();
    this.model.end(who, 'committed');
  }

  async abort(who: number): Promise<void> {
    if (!this.#begun.delete(who)) return;
    await this.#producers[who]!.abort();
    this.model.end(who, 'aborted');
  }

  /** Compares everything that readers see with what they have to see. */
  async compare(): Promise<string[][]> {
    const seen: string[][] = [];
    for (const isolation of ['committed', 'uncommitted'] as const) {
      const reader = await this.cluster.reader(isolation);
      for (let partition = 0; partition < partitions; partition += 1) {
        await reader.assign([{ topic: 't', partition, offset: 0 }]);
        const records = (await reader.poll(10_000, 0)).map(show);
        assert.deepEqual(records, this.model.visible(partition, isolation), `partition ${partition}, ${isolation}`);
        const { high } = await reader.watermarks({ topic: 't', partition }, isolation);
        assert.equal(reader.position({ topic: 't', partition }), high);
        seen.push(records);
      }
    }
    return seen;
  }
}

type Happening = { readonly who: number; readonly what: number | 'commit' | 'abort' | 'plain' | 'renew' };

const play = async (events: ReadonlyArray<Happening>): Promise<string[][]> => {
  const stage = new Stage();
  await stage.open();
  for (const [index, { who, what }] of events.entries()) {
    if (typeof what === 'number') await stage.write(who, what, String(index));
    else await stage[what](who, String(index));
  }
  return stage.compare();
};

const holds = async (events: ReadonlyArray<Happening>): Promise<void> => {
  await play(events);
};

const repeats = async (events: ReadonlyArray<Happening>): Promise<void> => {
  assert.deepEqual(await play(events), await play(events));
};

describe('transactions of the in-memory cluster', () => {
  it('show each isolation what it may see, however they interleave', async () => {
    await fc.assert(fc.asyncProperty(fc.array(event, { maxLength: 60 }), holds), { numRuns: 300 });
  });

  it('come out equal when the same happens again', async () => {
    await fc.assert(fc.asyncProperty(fc.array(event, { maxLength: 60 }), repeats), { numRuns: 50 });
  });
});
