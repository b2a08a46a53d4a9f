import assert from 'node:assert/strict';
import type { Actuator } from '../../../services/actuators/actuator.ts';
import { readActuators, type SettingsOf } from '../../../services/actuators/actuator-settings.ts';
import { argoActuator } from '../../../services/actuators/argo-actuator.ts';
import { commandOf } from './commands.ts';
import { FakeApi, nothing } from './fake-api.ts';

const place = '/apis/argoproj.io/v1alpha1/namespaces/models/rollouts/digits';

const rolloutOf = (version: string, status: object = {}): object => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'digits', namespace: 'models', resourceVersion: '4711' },
  spec: { replicas: 3, template: { metadata: { labels: { 'app.kubernetes.io/version': version } }, spec: { containers: [] } } },
  status: { currentPodHash: 'new', stableRS: 'old', ...status },
});

const statusOf = (reason: string, code: number): object => ({ kind: 'Status', status: 'Failure', reason, message: `${reason}!`, code });

describe('the actuator of Argo Rollouts', () => {
  let api: FakeApi;
  let actuator: Actuator;
  let token: string | undefined;

  beforeEach(async () => {
    api = await FakeApi.start();
    token = 'secret-token-1\n';
    const text = JSON.stringify({ a: { kind: 'argo-rollouts', tenant: 'acme', url: api.url, namespace: 'models', tokenFile: 't' } });
    const settings = readActuators(text, 'test').a as SettingsOf<'argo-rollouts'>;
    const readFile = (): Promise<string> => (token === undefined ? Promise.reject(new Error('gone')) : Promise.resolve(token));
    actuator = argoActuator('a', settings, { clock: { now: () => 0 }, readFile });
  });

  afterEach(async () => {
    await actuator.close();
    await api.stop();
  });

  const apply = (more = {}): ReturnType<Actuator['apply']> => actuator.apply(commandOf(more), new AbortController().signal);
  const promotion = { kind: 'PROMOTE' as const, from_version: '1', to_version: '2' };

  it('aborts by the merge patch of the status subresource that kubectl argo rollouts abort sends, held to what was read', async () => {
    api.script = ({ method }) => (method === 'GET' ? { status: 200, body: rolloutOf('2') } : { status: 200, body: {} });
    assert.deepEqual(await apply(), { status: 'APPLIED', message: 'the rollout was aborted' });
    const [read = nothing, patch = nothing, ...more] = api.asked;
    assert.deepEqual([read.method, read.path, read.headers.authorization], ['GET', place, 'Bearer secret-token-1']);
    assert.deepEqual([patch.method, patch.path, patch.headers.authorization], ['PATCH', `${place}/status`, 'Bearer secret-token-1']);
    assert.equal(patch.headers['content-type'], 'application/merge-patch+json');
    assert.deepEqual(JSON.parse(patch.body), { metadata: { resourceVersion: '4711' }, status: { abort: true } });
    assert.deepEqual(more, []);
  });

  it('promotes to the end as kubectl argo rollouts promote --full does', async () => {
    api.script = ({ method }) => (method === 'GET' ? { status: 200, body: rolloutOf('2') } : { status: 200, body: {} });
    assert.equal((await apply(promotion)).status, 'APPLIED');
    assert.deepEqual(JSON.parse((api.asked[1] ?? nothing).body), { metadata: { resourceVersion: '4711' }, status: { promoteFull: true } });
  });

  const unchanged: ReadonlyArray<readonly [string, object, object, string]> = [
    ['is aborted already', {}, rolloutOf('2', { abort: true }), 'APPLIED'],
    ['is of another version by now', {}, rolloutOf('3'), 'CONFLICT'],
    ['has no label that says its version', {}, { ...rolloutOf('2'), spec: {} }, 'CONFLICT'],
    ['is rolled out in full', {}, rolloutOf('2', { stableRS: 'new' }), 'REFUSED'],
    ['is promoted already', promotion, rolloutOf('2', { stableRS: 'new' }), 'APPLIED'],
    ['is being promoted already', promotion, rolloutOf('2', { promoteFull: true }), 'APPLIED'],
    ['was aborted before its promotion', promotion, rolloutOf('2', { abort: true }), 'CONFLICT'],
    ['is of another version than is promoted', promotion, rolloutOf('1'), 'CONFLICT'],
  ];
  for (const [what, more, body, status] of unchanged)
    it(`leaves a rollout alone that ${what}: ${status.toLowerCase()}`, async () => {
      api.script = () => ({ status: 200, body });
      assert.equal((await apply(more)).status, status);
      assert.deepEqual(
        api.asked.map(({ method }) => method),
        ['GET'],
      );
    });

  it('tries again when somebody was faster, when rights are missing, and when it is no API server that answers', async () => {
    const replies = [
      { status: 409, body: statusOf('Conflict', 409) },
      { status: 403, body: statusOf('Forbidden', 403) },
      { status: 404, body: '<html>no such site</html>' },
      { status: 500, body: statusOf('InternalError', 500) },
    ];
    for (const reply of replies) {
      api.script = ({ method }) => (method === 'GET' ? { status: 200, body: rolloutOf('2') } : reply);
      await assert.rejects(apply(), { code: 'receiver_unavailable' });
    }
    api.script = () => ({ status: 200, body: 'a page of something else' });
    await assert.rejects(apply(), { code: 'receiver_unavailable' });
  });

  it('refuses what the API server says never can be', async () => {
    api.script = () => ({ status: 404, body: statusOf('NotFound', 404) });
    assert.deepEqual(await apply(), { status: 'REFUSED', rule: 'kubernetes_404', message: 'NotFound: NotFound!' });
  });

  it('reads its token anew each time, waits while it is away, and repeats it nowhere', async () => {
    api.script = () => ({ status: 500, body: 'no: Bearer secret-token-2' });
    token = 'secret-token-2';
    await assert.rejects(apply(), (error: Error) => !error.message.includes('secret-token-2') && error.message.includes('500'));
    assert.equal(api.asked[0]?.headers.authorization, 'Bearer secret-token-2');
    token = undefined;
    await assert.rejects(apply(), { code: 'receiver_unavailable' });
    await assert.rejects(actuator.prepare(), { code: 'bad_config' });
  });
});
