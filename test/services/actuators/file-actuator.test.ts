import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Actuator } from '../../../services/actuators/actuator.ts';
import { readActuators, type SettingsOf } from '../../../services/actuators/actuator-settings.ts';
import { fileActuator } from '../../../services/actuators/file-actuator.ts';
import { commandOf } from './commands.ts';

describe('the file actuator', () => {
  let folder: string;
  let actuator: Actuator;

  beforeEach(async () => {
    folder = path.join(await mkdtemp(path.join(tmpdir(), 'millrace-actuator-')), 'current');
    const settings = readActuators(JSON.stringify({ f: { kind: 'file', tenant: 'acme', folder } }), 'test').f as SettingsOf<'file'>;
    actuator = fileActuator(settings);
    await actuator.prepare();
  });

  afterEach(() => rm(path.dirname(folder), { recursive: true, force: true }));

  const apply = (more = {}): ReturnType<Actuator['apply']> => actuator.apply(commandOf(more), new AbortController().signal);
  const holds = async (): Promise<unknown> => JSON.parse(await readFile(path.join(folder, 'digits.json'), 'utf8')) as unknown;

  it('names the version to go to, whole, and leaves nothing else behind', async () => {
    assert.equal((await apply()).status, 'APPLIED');
    const { command_id } = commandOf();
    assert.deepEqual(await holds(), { model_name: 'digits', version: '1', from_version: '2', kind: 'ROLLBACK', command_id });
    assert.deepEqual(await readdir(folder), ['digits.json']);
  });

  it('changes nothing when it is done already, and nothing that somebody else has changed', async () => {
    await apply();
    const again = await apply({ command_id: '7a1f0e0e-1111-5a3b-9d6e-3f1f3a0c9b11' });
    assert.deepEqual(again, { status: 'APPLIED', message: 'the file named 1 already' });
    assert.equal(((await holds()) as { command_id: string }).command_id, commandOf().command_id);
    for (const text of ['{"version":"3"}', 'no JSON', '{}']) {
      await writeFile(path.join(folder, 'digits.json'), text);
      assert.equal((await apply()).status, 'CONFLICT');
      assert.equal(await readFile(path.join(folder, 'digits.json'), 'utf8'), text);
    }
  });

  it('promotes as the mirror image', async () => {
    await apply();
    assert.equal((await apply({ kind: 'PROMOTE', from_version: '1', to_version: '2' })).status, 'APPLIED');
    assert.equal(((await holds()) as { version: string }).version, '2');
  });

  it('stays in its folder, whatever the model is called', async () => {
    await apply({ model_name: '../../etc/passwd' });
    assert.deepEqual(await readdir(folder), ['..%2F..%2Fetc%2Fpasswd.json']);
  });

  it('goes on over what a crash has left half written', async () => {
    await writeFile(path.join(folder, 'digits.json.tmp'), '{"vers');
    assert.equal((await apply()).status, 'APPLIED');
    assert.deepEqual(await readdir(folder), ['digits.json']);
  });

  it('is tried again while the folder cannot be written, and refuses a command without a target', async () => {
    assert.deepEqual((await apply({ to_version: null })).status, 'REFUSED');
    await rm(folder, { recursive: true });
    await assert.rejects(apply(), { code: 'receiver_unavailable' });
  });
});
