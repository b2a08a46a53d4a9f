import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './pages/workshop.ts';

const folder = path.join(root, 'docs', 'decisions');
const decisions = readdirSync(folder).map((name) => ({ name, text: readFileSync(path.join(folder, name), 'utf8') }));

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;

describe('the decisions', () => {
  it('name every dependency but the types that come with one', () => {
    const { dependencies, optionalDependencies, devDependencies } = manifest;
    const names = Object.keys({ ...dependencies, ...optionalDependencies, ...devDependencies }).filter(
      (name) => !name.startsWith('@types/'),
    );
    assert.deepEqual(
      names.filter((name) => !decisions.some(({ text }) => text.toLowerCase().includes(name))),
      [],
    );
  });

  for (const { name, text } of decisions) {
    it(`say in ${name} what is decided, what else there was, and what follows`, () => {
      assert.match(text, new RegExp(`^# ${Number(name.slice(0, 4))}\\. `));
      for (const part of ['**Status:**', '**Decision.**', '**Alternatives.**', '**Consequences.**']) {
        assert.ok(text.includes(part), `${part} is missing`);
      }
    });
  }
});
