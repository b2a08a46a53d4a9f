import assert from 'node:assert/strict';
import type { Actuator } from '../../../services/actuators/actuator.ts';
import { readActuators, type SettingsOf } from '../../../services/actuators/actuator-settings.ts';
import { mlflowActuator } from '../../../services/actuators/mlflow-actuator.ts';
import { commandOf } from './commands.ts';
import { FakeApi, nothing } from './fake-api.ts';

const pointsAt = (version: string): object => ({
  status: 200,
  body: { model_version: { name: 'Digits', version, aliases: ['champion'] } },
});
const no = (status: number, error_code: string): { status: number; body: object } => ({ status, body: { error_code, message: 'why' } });

describe('the MLflow actuator', () => {
  let api: FakeApi;
  let actuator: Actuator;

  beforeEach(async () => {
    api = await FakeApi.start();
    const more = { alias: 'champion', models: { digits: 'Digits & co' }, versionPrefix: 'v', tokenFile: 't' };
    const text = JSON.stringify({ m: { kind: 'mlflow', tenant: 'acme', url: `${api.url}/ml/`, ...more } });
    const readFile = (): Promise<string> => Promise.resolve('a-token');
    actuator = mlflowActuator('m', readActuators(text, 'test').m as SettingsOf<'mlflow'>, { clock: { now: () => 0 }, readFile });
  });

  afterEach(async () => {
    await actuator.close();
    await api.stop();
  });

  const apply = (more = {}): ReturnType<Actuator['apply']> =>
    actuator.apply(commandOf({ from_version: 'v2', to_version: 'v1', ...more }), new AbortController().signal);
  const now = (version: string) => (): { status: number } => pointsAt(version) as { status: number };

  it('reads the alias and sets it, if it points at the version to leave', async () => {
    api.script = ({ method }) => (method === 'GET' ? now('2')() : { status: 200, body: {} });
    assert.equal((await apply()).status, 'APPLIED');
    const [read = nothing, set = nothing] = api.asked;
    const path = '/ml/api/2.0/mlflow/registered-models/alias';
    assert.deepEqual(
      [read.method, read.path, read.headers.authorization],
      ['GET', `${path}?name=Digits%20%26%20co&alias=champion`, 'Bearer a-token'],
    );
    assert.deepEqual([set.method, set.path, set.headers['content-type']], ['POST', path, 'application/json']);
    assert.deepEqual(JSON.parse(set.body), { name: 'Digits & co', alias: 'champion', version: '1' });
  });

  it('leaves it alone if it is done already, or if it points elsewhere', async () => {
    api.script = now('1');
    assert.equal((await apply()).status, 'APPLIED');
    api.script = now('3');
    assert.equal((await apply()).status, 'CONFLICT');
    assert.ok(api.asked.every(({ method }) => method === 'GET'));
  });

  it('refuses what MLflow says never can be, and versions that are none of it', async () => {
    api.script = () => no(404, 'RESOURCE_DOES_NOT_EXIST');
    assert.deepEqual(await apply(), { status: 'REFUSED', rule: 'mlflow_resource_does_not_exist', message: 'why' });
    for (const to_version of ['1', 'v0', 'vx', 'v1.2', null]) assert.equal((await apply({ to_version })).status, 'REFUSED');
    assert.equal(api.asked.length, 1);
  });

  it('tries again what may pass: overload, rights, and whatever is not MLflow that answers', async () => {
    const replies = [
      no(503, 'TEMPORARILY_UNAVAILABLE'),
      no(429, 'REQUEST_LIMIT_EXCEEDED'),
      no(403, 'PERMISSION_DENIED'),
      { status: 404, body: 'nginx' },
    ];
    for (const reply of [...replies, { status: 200, body: '<html>' }]) {
      api.script = () => reply;
      await assert.rejects(apply(), { code: 'receiver_unavailable' });
    }
    await api.stop();
    await assert.rejects(apply(), { code: 'receiver_unavailable' });
    api = await FakeApi.start();
  });
});
