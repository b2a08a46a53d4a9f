import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { version } from '../../client/version.ts';
import { bundleClient, root } from './rig/bundle.ts';

const run = promisify(execFile);

describe('the client as it is shipped', function () {
  this.timeout(60_000);

  it('is under 10 kB gzipped, all of it, and imports nothing', async () => {
    const { text, inputs } = await bundleClient();
    const size = gzipSync(text).length;
    assert.ok(size < 10_000, `${size} bytes`);
    assert.ok(size > 4_000, `${size} bytes: is everything in it?`);
    assert.deepEqual(
      inputs.filter((file) => !file.startsWith('client/')),
      [],
    );
    assert.doesNotMatch(text, /\bimport\b|\brequire\(/);
  });

  it('compiles for a browser, without the types of Node', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'millrace-client-'));
    try {
      const compilerOptions = { types: [], lib: ['ES2022', 'DOM', 'DOM.Iterable'], incremental: false, tsBuildInfoFile: null };
      const project = { extends: path.join(root, 'tsconfig.json'), compilerOptions, include: [path.join(root, 'client')], exclude: [] };
      await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify(project));
      await run(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]).catch((error: unknown) => {
        throw new Error((error as { readonly stdout: string }).stdout);
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('says the version of the package', async () => {
    const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { readonly version: string };
    assert.equal(version, manifest.version);
  });
});
