import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { bugs } from '../../scripts/planted/bugs.mjs';

const source = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

describe('the bugs that the simulator has to find', () => {
  it('are at least twelve, each with a name of its own', () => {
    assert(bugs.length >= 12);
    assert.equal(new Set(bugs.map(({ name }) => name)).size, bugs.length);
  });

  for (const { name, file, find, replace } of bugs) {
    it(`can be planted: ${name}`, () => {
      assert.equal(source(file).split(find).length, 2, `its text must stand once in ${file}`);
      assert.notEqual(find, replace);
    });
  }
});
