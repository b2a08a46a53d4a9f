import assert from 'node:assert/strict';
import { seededDraw } from '../../../../bin/demo/generator/seeded-draw.ts';

const names = Array.from({ length: 20_000 }, (_, index) => `name-${index}`);

describe('seeded draws', () => {
  const draw = seededDraw(1);

  it('are the same for the same seed and name, whatever was drawn before', () => {
    const other = seededDraw(1);
    other.unit('something else');
    assert.equal(other.unit('name'), draw.unit('name'));
  });

  it('differ between seeds and between names', () => {
    assert.notEqual(seededDraw(2).unit('name'), draw.unit('name'));
    assert.notEqual(draw.unit('other'), draw.unit('name'));
  });

  it('are even: each tenth of the range gets its share of names that differ in one digit', () => {
    const tenths = new Array<number>(10).fill(0);
    for (const name of names) tenths[Math.floor(draw.unit(name) * 10)]! += 1;
    // Chi-square with 9 degrees of freedom: above 27.9 once in a thousand seeds.
    const chiSquare = tenths.reduce((sum, count) => sum + (count - 2_000) ** 2 / 2_000, 0);
    assert.ok(chiSquare < 27.9, `chi-square ${chiSquare}`);
  });

  it('of a chance are true in its share of names', () => {
    const hits = names.filter((name) => draw.chance(name, 0.1)).length;
    assert.ok(Math.abs(hits - 2_000) < 150, `${hits} of 20,000`);
  });

  it('of integers stay within their bounds and reach both ends', () => {
    const drawn = new Set(names.map((name) => draw.between(name, 3, 6)));
    assert.deepEqual([...drawn].sort(), [3, 4, 5]);
    const spread = names.map((name) => draw.spread(name, 1, 1_000_000));
    assert.equal(Math.min(...spread), 1);
    assert.ok(Math.max(...spread) < 1_000_000 && Math.max(...spread) > 900_000);
    const small = spread.filter((value) => value < 1_000).length;
    assert.ok(Math.abs(small - 10_000) < 350, `${small} of 20,000 are in the lower half of the magnitudes`);
  });

  it('of items throw when there is none', () => {
    assert.equal(draw.pick('name', ['only']), 'only');
    assert.throws(() => draw.pick('name', []), /nothing to pick from for name/);
  });
});
