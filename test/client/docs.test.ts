import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { clientErrors, ClientError, type ClientErrorCode } from '../../client/client-error.ts';
import { settingsOf } from '../../client/settings.ts';
import { blocksOf } from '../docs/pages/blocks.ts';
import { comparable, runNode, runShown } from '../docs/pages/run-program.ts';
import { stepsOf } from '../docs/pages/steps.ts';
import { setUp } from '../docs/pages/workshop.ts';
import { openScene, type Scene } from '../services/ingest/scene.ts';
import { root } from './rig/bundle.ts';

const page = readFileSync(path.join(root, 'docs/client.md'), 'utf8');
const folder = path.join(root, 'node_modules/.cache/millrace/client-page');
const steps = stepsOf(blocksOf(page));

describe('docs/client.md', function () {
  this.timeout(60_000);
  let scene: Scene;

  before(async () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    const compilerOptions = { tsBuildInfoFile: path.join(folder, 'page.tsbuildinfo') };
    const project = { extends: path.join(root, 'tsconfig.json'), compilerOptions, include: ['*.ts'], exclude: ['pipeline'] };
    writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(project));
    assert.equal(steps.length, 1);
    setUp(folder, steps[0]!);
    scene = await openScene();
    process.env.MILLRACE_URL = scene.ingest.url;
    process.env.MILLRACE_API_KEY = scene.keys.acme;
  });
  after(async () => {
    delete process.env.MILLRACE_URL;
    delete process.env.MILLRACE_API_KEY;
    await scene.close();
  });

  for (const { what, shown, line } of steps[0]!.runs) {
    it(`shows what ${what} gives (line ${line})`, async () => {
      assert.equal(comparable(await runShown(what, folder)), comparable(shown ?? ''));
    });
  }

  it('holds only programs that the compiler accepts', async () => {
    await runNode([path.join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], root);
  });

  it('lists every error, and whether it is retryable', () => {
    const rows = [...page.matchAll(/^\| `(\w+)` +\|.*\| (yes|no) +\|$/gm)].map(([, code, retryable]) => [code, retryable]);
    const codes = Object.keys(clientErrors) as ClientErrorCode[];
    assert.deepEqual(
      rows,
      codes.map((code) => [code, new ClientError(code, '').retryable ? 'yes' : 'no']),
    );
  });

  it('says the defaults as they are', () => {
    const settings = settingsOf({ url: 'http://x', apiKey: 'k' });
    for (const group of ['batch', 'buffer', 'retry'] as const) {
      for (const [name, value] of Object.entries(settings[group])) {
        const said = typeof value === 'number' ? value.toLocaleString('en') : `\`${String(value)}\``;
        assert.match(page, new RegExp(`^\\| \`${group}\\.${name}\` +\\| ${said} +\\|`, 'm'));
      }
    }
    assert.match(page, new RegExp(`^\\| \`timeoutMs\` +\\| ${settings.timeoutMs.toLocaleString('en')} +\\|`, 'm'));
  });
});
