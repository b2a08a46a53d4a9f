import assert from 'node:assert/strict';
import fc from 'fast-check';
import { HashCells } from '../../../../pipeline/state/memory/hash-cells.ts';

/** The slots that a look-up of this hash meets. */
const slotsOf = ({ numbers, mask }: HashCells, hash: number): ReadonlyArray<number> => {
  const slots: number[] = [];
  for (let at = hash & mask; numbers[2 * at + 1] !== 0; at = (at + 1) & mask) {
    if (numbers[2 * at] === hash) slots.push((numbers[2 * at + 1] ?? 0) - 1);
  }
  return slots;
};

/** Few hashes, so that they meet each other, round the end of the table, too. */
const hash = fc.oneof(fc.integer({ min: -4, max: 4 }), fc.integer({ min: 120, max: 130 }), fc.integer());

describe('HashCells', () => {
  it('finds what was put and not removed, whatever was pushed on by what', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ hash, removes: fc.boolean(), which: fc.nat() }), { maxLength: 300, size: 'max' }), (steps) => {
        const cells = new HashCells();
        const model: { readonly hash: number; readonly slot: number }[] = [];
        for (const [slot, step] of steps.entries()) {
          const [gone] = step.removes && model.length > 0 ? model.splice(step.which % model.length, 1) : [];
          if (gone !== undefined) cells.remove(gone.hash, gone.slot);
          else {
            cells.put(step.hash, slot);
            model.push({ hash: step.hash, slot });
          }
          assert.equal(cells.size, model.length);
        }
        for (const known of model) assert.ok(slotsOf(cells, known.hash).includes(known.slot), `slot ${known.slot} is lost`);
        assert.equal(cells.numbers.filter((number, at) => at % 2 === 1 && number !== 0).length, model.length);
      }),
    );
  });

  it('is empty when it is cleared', () => {
    const cells = new HashCells();
    for (let slot = 0; slot < 1_000; slot++) cells.put(slot, slot);
    cells.clear();
    assert.equal(cells.size, 0);
    assert.deepEqual(slotsOf(cells, 7), []);
  });
});
