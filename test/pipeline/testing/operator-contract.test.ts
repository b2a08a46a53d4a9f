import assert from 'node:assert/strict';
import { concatMap, map as mapChunks, of, tap } from 'rxjs';
import { type Chunk, type StreamRecord, withRecords, withValue } from '../../../pipeline/core/chunk.ts';
import type { Context, NoPorts, Operator, StateSpec } from '../../../pipeline/core/operator.ts';
import { operatorContract } from '../../../pipeline/testing/contracts/operator-contract.ts';
import type { Spoil } from '../../../pipeline/testing/contracts/operator/session.ts';
import { partitionRecords } from '../../../pipeline/testing/records.ts';

interface Item {
  name: string;
}

type Step = Operator<Item, Item, number>;
type Each = (context: Context<number, NoPorts>, spoil: Spoil) => (record: StreamRecord<Item>) => StreamRecord<Item> | undefined;

const counts: StateSpec<number> = {
  schema: 'count',
  encode: (count) => Buffer.from([count]),
  decode: (bytes) => bytes.readUInt8(),
  shape: {},
};

const records = partitionRecords(['a', 'b', 'a', 'c', 'b', 'a', 'd'].map((name, at) => ({ value: { name }, time: at })));

/** An operator that treats one record after the other. */
const stepOf =
  (each: Each) =>
  (spoil: Spoil): Step => ({
    shape: 'step',
    name: 'step',
    kind: 'step',
    params: {},
    state: counts,
    build: (context) => {
      const take = each(context, spoil);
      return mapChunks((chunk: Chunk<Item>) =>
        withRecords(
          chunk,
          chunk.records.flatMap((record) => take(record) ?? []),
        ),
      );
    },
  });

/** Numbers each record of a name, and names it so. */
const numbering: Each = (context, spoil) => (record) => {
  const { name } = record.value;
  const count = (context.store.get(name) ?? 0) + 1;
  const made = context.attempt(record, (value) => {
    spoil(value);
    return { name: `${value.name}${count}` };
  });
  if (!made.ok) return undefined;
  context.store.put(name, count, Infinity);
  return withValue(record, made.value);
};

const broken = (make: (spoil: Spoil) => Step): ReadonlyArray<string> =>
  operatorContract(make, records)
    .filter((clause) => {
      try {
        void clause.run();
        return false;
      } catch {
        return true;
      }
    })
    .map(({ name }) => name);

const rewired = (wire: (chunks: ReturnType<Step['build']>) => ReturnType<Step['build']>): ReadonlyArray<string> =>
  broken((spoil) => {
    const step = stepOf(numbering)(spoil);
    return { ...step, build: (context) => wire(step.build(context)) };
  });

describe('operatorContract', () => {
  it('has nothing to say about an operator that keeps it', () => {
    assert.deepEqual(broken(stepOf(numbering)), []);
  });

  it('notices a chunk too many and a changed time', () => {
    const one = 'gives one chunk for each, with its time and signal, empty ones included';
    assert.ok(rewired((step) => (chunks) => step(chunks).pipe(concatMap((chunk) => of(chunk, chunk)))).includes(one));
    const late = rewired((step) => (chunks) => step(chunks).pipe(mapChunks((chunk) => ({ ...chunk, streamTime: chunk.streamTime - 1 }))));
    assert.ok(late.includes(one));
  });

  it('notices what is remembered outside the store', () => {
    const inClosure: Each = () => {
      const seen = new Map<string, number>();
      return (record) => {
        const count = (seen.get(record.value.name) ?? 0) + 1;
        seen.set(record.value.name, count);
        return withValue(record, { name: `${record.value.name}${count}` });
      };
    };
    assert.deepEqual(broken(stepOf(inClosure)), [
      'gives the same after an aborted commit as if that had never been tried',
      'goes on from its changelog as if it had never stopped',
    ]);
  });

  it('notices state that its codec does not hold', () => {
    const make = stepOf(numbering);
    const lossy = broken((spoil) => ({ ...make(spoil), state: { ...counts, decode: () => 0 } }));
    assert.deepEqual(lossy, [
      'gives the same after an aborted commit as if that had never been tried',
      'goes on from its changelog as if it had never stopped',
    ]);
  });

  it('notices results that depend on where a chunk begins', () => {
    const first = broken((spoil) => ({
      ...stepOf(numbering)(spoil),
      build: () => mapChunks((chunk: Chunk<Item>) => withRecords(chunk, chunk.records.slice(0, 1))),
    }));
    assert.ok(first.includes('gives the same however the records are cut into chunks'));
  });

  it('notices a value that is changed in place', () => {
    const mutating: Each = () => (record) => {
      record.value.name = record.value.name.toUpperCase();
      return record;
    };
    assert.ok(broken(stepOf(mutating)).includes('leaves what it is fed as it was'));
    for (const record of records) record.value.name = record.value.name.toLowerCase();
  });

  it('notices state that is written before a function of the user has been called', () => {
    const early: Each = (context, spoil) => (record) => {
      const count = (context.store.get(record.value.name) ?? 0) + 1;
      context.store.put(record.value.name, count, Infinity);
      const made = context.attempt(record, (value) => {
        spoil(value);
        return { name: `${value.name}${count}` };
      });
      return made.ok ? withValue(record, made.value) : undefined;
    };
    assert.deepEqual(broken(stepOf(early)), ['rejects a record alone when a function of the user throws for it']);
  });

  it('notices a function of the user that is called without a guard', () => {
    const bare: Each = (_context, spoil) => (record) => {
      spoil(record.value);
      return record;
    };
    assert.deepEqual(broken(stepOf(bare)), ['rejects a record alone when a function of the user throws for it']);
  });

  it('notices what is subscribed to and never given up', () => {
    const kept = rewired((step) => (chunks) => {
      chunks.subscribe();
      return step(chunks).pipe(tap());
    });
    assert.ok(kept.includes('passes chunks, completion and unsubscription on at once'));
  });
});
