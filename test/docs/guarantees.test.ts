import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './pages/workshop.ts';

const page = readFileSync(path.join(root, 'docs', 'guarantees.md'), 'utf8');

/** The rows of the tables whose second column says what holds a promise. */
const promises = page
  .split(/^(?=## )/m)
  .filter((section) => /^\| you can rely on +\| held by +\|$/m.test(section))
  .flatMap((section) => section.split('\n').filter((line) => /^\| [A-Z]/.test(line)));

const testsOf = (row: string): ReadonlyArray<string> =>
  [...row.matchAll(/\]\(\.\.\/(test\/[^)]+\.test\.ts)\)/g)].map(([, file = '']) => file);

describe('docs/guarantees.md', () => {
  it('names for each promise a test that is there', () => {
    assert.ok(promises.length > 25);
    for (const row of promises) {
      const tests = testsOf(row);
      assert.ok(tests.length > 0, row);
      for (const file of tests) assert.ok(existsSync(path.join(root, file)), `${file}, of: ${row}`);
    }
  });

  it('calls no command missing that is there', () => {
    const [, missing = ''] = /^- ([^\n]*?) do(?:es)? not exist\./m.exec(page) ?? [];
    const named = [...missing.matchAll(/`([a-z]+)`/g)].map(([, name]) => `${name}.ts`);
    const commands = new Set(readdirSync(path.join(root, 'bin', 'commands')));
    assert.ok(named.length > 0);
    assert.deepEqual(
      named.filter((file) => commands.has(file)),
      [],
    );
  });

  it('calls no kind of feedback refused that the rules take', () => {
    const rules = readFileSync(path.join(root, 'docs', 'rules.md'), 'utf8');
    const [, gaps = ''] = page.split('## Known gaps');
    const refused = ['op_unsupported', 'target_kind_unsupported'].filter((code) => gaps.includes(code));
    assert.ok(refused.length > 0);
    for (const code of refused) assert.match(rules, new RegExp(`^\\| \`${code}\``, 'm'));
  });
});
