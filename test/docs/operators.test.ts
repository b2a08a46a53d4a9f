import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as exported from '../../operators/index.ts';
import { blocksOf } from './pages/blocks.ts';
import { stepsOf } from './pages/steps.ts';
import { root } from './pages/workshop.ts';

/** One operator a file: each export of the entry point that has a file of its name beside it. */
const operators = Object.keys(exported).filter((name) => existsSync(path.join(root, 'operators', `${name}.ts`)));

const pageOf = (operator: string): string => path.join(root, 'docs', 'operators', `${operator}.md`);

const textOf = (operator: string): string => (existsSync(pageOf(operator)) ? readFileSync(pageOf(operator), 'utf8') : '');

const sources = readdirSync(path.join(root, 'operators'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

/** An operator's file, those of its folder, and those of a shared one that are named after it, e.g. `windows/tumble-task.ts`. */
const sourceOf = (operator: string): string =>
  sources
    .filter((name) => name === `${operator}.ts` || name.startsWith(`${operator}/`) || name.includes(`/${operator}-`))
    .map((name) => readFileSync(path.join(root, 'operators', name), 'utf8'))
    .join('\n');

/** What the source counts under a name that stands there, e.g. `count('dropped')`. */
const countedIn = (source: string): ReadonlySet<string> =>
  new Set([...source.matchAll(/\bcount\('([a-z_]+)'/g)].map(([, event = '']) => event));

/** The codes under which the source itself rejects. */
const rejectedIn = (source: string): ReadonlySet<string> =>
  new Set([...source.matchAll(/\breject\(record, '([a-z_]+)'/g)].map(([, code = '']) => code));

describe('the pages of operators', () => {
  it('are one for each operator that is exported, and no other', () => {
    const pages = readdirSync(path.join(root, 'docs', 'operators')).map((name) => name.replace(/\.md$/, ''));
    assert.deepEqual(new Set(pages), new Set(operators));
    assert.ok(operators.length >= 12);
  });

  for (const operator of operators) {
    it(`show, of ${operator}, a program that uses it and what it prints`, () => {
      const shown = stepsOf(blocksOf(textOf(operator))).flatMap(({ files, runs }) =>
        runs.filter(({ shown }) => shown !== undefined).map(({ what }) => files.get(what) ?? ''),
      );
      const imports = new RegExp(`import \\{[^}]*\\b${operator}\\b[^}]*\\} from 'millrace/operators'`);
      assert.ok(shown.some((program) => imports.test(program)));
    });

    it(`tell, of ${operator}, every event that it counts and every code under which it rejects`, () => {
      const source = sourceOf(operator);
      const names = [...countedIn(source), ...rejectedIn(source)];
      const told = new Set([...textOf(operator).matchAll(/`([a-z_]+)`/g)].map(([, name]) => name));
      assert.deepEqual(
        names.filter((name) => !told.has(name)),
        [],
      );
    });

    it(`tell, of ${operator}, its state, its rejects and what can be relied on`, () => {
      for (const part of ['**State', '**Rejects:**', 'delivery', '**Counts:**']) {
        assert.ok(textOf(operator).toLowerCase().includes(part.toLowerCase()), `"${part}" is missing`);
      }
    });
  }
});
