import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { blocksOf } from './pages/blocks.ts';
import { comparable, runNode, runShown } from './pages/run-program.ts';
import { stepsOf } from './pages/steps.ts';
import { clearWorkshop, folderOf, root, setUp, workshopProject } from './pages/workshop.ts';

const pagesIn = (folder: string): ReadonlyArray<string> =>
  readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join(folder, name));

const pages = [...pagesIn('docs/guide'), ...pagesIn('docs/operators'), path.join('docs', 'adding-an-operator.md')];

const steps = pages.flatMap((page) => {
  const read = stepsOf(blocksOf(readFileSync(path.join(root, page), 'utf8')));
  return read.map((step, number) => ({ page, step, folder: folderOf(page, number) }));
});

describe('the pages that teach', function () {
  this.timeout(180_000);

  before(() => {
    clearWorkshop();
    for (const { step, folder } of steps) setUp(folder, step);
  });

  for (const { page, step, folder } of steps) {
    for (const run of step.runs) {
      it(`${page} shows what ${run.what} gives (line ${run.line})`, async () => {
        const output = await runShown(run.what, folder);
        if (run.shown !== undefined) assert.equal(comparable(output), comparable(run.shown));
      });
    }
  }

  it('hold only programs that the compiler accepts', async () => {
    const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    await runNode([tsc, '-p', workshopProject], root);
  });
});
