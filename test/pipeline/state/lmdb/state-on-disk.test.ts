import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { contents } from '../../../../pipeline/testing/contracts/store/subject.ts';
import { StateFolder } from './state-folder.ts';

const program = fileURLToPath(new URL('programs/fill-state.ts', import.meta.url));
const run = promisify(execFile);
const imports = ['--import', 'ts-blank-space/register'];

/** In `npm run prove` 5 million keys under the heap that the guarantees name; else fewer under a heap that is as small for them. */
const size = process.env.MILLRACE_RUNS === 'full' ? { keys: 5_000_000, heapMiB: 256 } : { keys: 200_000, heapMiB: 64 };
const deadline = size.keys * 0.4;

describe('state on disk', () => {
  let folder: StateFolder;

  beforeEach(() => {
    folder = new StateFolder();
  });

  afterEach(() => folder.remove());

  it('may be larger than the memory of the process', async () => {
    const heap = `--max-old-space-size=${size.heapMiB}`;
    const args = [...imports, heap, program, folder.path, String(size.keys)];
    const { stdout } = await run(process.execPath, args, { timeout: deadline });
    assert.deepEqual(JSON.parse(stdout), {
      found: 0,
      entries: size.keys,
      right: size.keys,
      expired: size.keys / 2,
      left: size.keys / 2,
    });
  }).timeout(deadline);

  it('stops with a typed error when the disk takes no more, and keeps what was published', async function () {
    if (process.platform !== 'linux') return this.skip();
    // A process may write files up to 8 MiB only, and is told so by an error instead of a signal.
    const limited = `trap '' XFSZ; ulimit -f 8192; exec "$@"`;
    const { stdout } = await run('bash', ['-c', limited, 'bash', process.execPath, ...imports, program, folder.path, '1000000'], {
      timeout: 60_000,
    });
    const { code, message } = JSON.parse(stdout) as { readonly code: string; readonly message: string };
    assert.equal(code, 'state_disk_full', message);
    assert.match(message, /state\.mdb could not be written, since the disk takes no more/);
    const store = await folder.open();
    assert.deepEqual(folder.warnings, []);
    assert.ok(store.position() >= 5_000, `it stands at ${store.position()}`);
    assert.equal(contents(store).length, store.position());
    assert.equal(store.size().entries, store.position());
  }).timeout(60_000);
});
