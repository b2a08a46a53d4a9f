import assert from 'node:assert/strict';
import { BlockMemory } from '../../../../pipeline/state/memory/block-memory.ts';
import { KeyScratch } from '../../../../pipeline/state/memory/key-scratch.ts';
import { RecentValues } from '../../../../pipeline/state/memory/recent-values.ts';
import { SlotTable } from '../../../../pipeline/state/memory/slot-table.ts';

const opened = (): { readonly recent: RecentValues<string>; readonly slot: (key: string) => number } => {
  const table = new SlotTable(new BlockMemory('dedupe'));
  const scratch = new KeyScratch();
  return { recent: new RecentValues<string>(table), slot: (key) => table.add(scratch.set(key)) };
};

describe('RecentValues', () => {
  it('knows the last value that was kept, and none that was forgotten', () => {
    const { recent, slot } = opened();
    const [a, b] = [slot('a'), slot('b')];
    assert.equal(recent.get(a), undefined);
    recent.keep(a, 'first');
    recent.keep(b, 'other');
    recent.keep(a, 'second');
    assert.deepEqual([recent.get(a), recent.get(b)], ['second', 'other']);
    recent.forget(a);
    assert.deepEqual([recent.get(a), recent.get(b)], [undefined, 'other']);
    recent.forget(a);
    recent.clear();
    assert.equal(recent.get(b), undefined);
  });

  it('lets the oldest make room, and never takes one for another', () => {
    const { recent, slot } = opened();
    const slots = Array.from({ length: 20_000 }, (_, at) => slot(String(at)));
    for (const [at, each] of slots.entries()) recent.keep(each, String(at));
    const known = slots.map((each) => recent.get(each));
    assert.equal(known.filter((value) => value !== undefined).length, 16_384);
    assert.ok(known.every((value, at) => value === undefined || value === String(at)));
    assert.equal(known.at(-1), '19999');
  });
});
