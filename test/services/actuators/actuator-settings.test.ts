import assert from 'node:assert/strict';
import { readActuators } from '../../../services/actuators/actuator-settings.ts';

const common = { tenant: 'acme' };
const mlflow = { kind: 'mlflow', ...common, url: 'https://mlflow', alias: 'champion' };
const read = (value: unknown): ReturnType<typeof readActuators> => readActuators(JSON.stringify(value), 'actuators.json');

describe('the settings of actuators', () => {
  it('have defaults for all that need not be said', () => {
    const { registry } = read({ registry: { ...mlflow, since: '2026-01-05T00:00:00Z' } });
    assert.deepEqual(registry, {
      ...mlflow,
      since: Date.UTC(2026, 0, 5),
      ackWithinMs: 60_000,
      giveUpAfterMs: 86_400_000,
      timeoutMs: 5_000,
      versionPrefix: '',
    });
  });

  it('name every mistake and its place, and repeat no value', () => {
    const wrong = {
      Registry: mlflow,
      a: { ...mlflow, tenant: '', url: 'https://user:hunter2@mlflow' },
      b: { ...mlflow, url: 'ftp://hunter2' },
      c: { ...mlflow, token: 'hunter2' },
      d: { kind: 'carrier-pigeon' },
    };
    assert.throws(
      () => read(wrong),
      ({ code, message }: { code: string; message: string }) => {
        for (const part of ['Registry: the name', 'a.tenant', 'a.url: may hold no login', 'b.url: must be', 'c', 'd.kind'])
          assert.ok(message.includes(`actuators.json: ${part}`), `${part} in ${message}`);
        return code === 'bad_config' && !message.includes('hunter2');
      },
    );
  });

  it('send a token over https only, but on the loopback', () => {
    const tokenFile = '/run/secrets/token';
    read({
      a: { ...mlflow, url: 'http://mlflow:5000' },
      b: { ...mlflow, url: 'http://127.0.0.1:5000', tokenFile },
      c: { ...mlflow, tokenFile },
    });
    assert.throws(() => read({ a: { ...mlflow, url: 'http://mlflow:5000', tokenFile } }), /a\.url: must begin with https:\/\//);
    const argo = { kind: 'argo-rollouts', ...common, namespace: 'models', tokenFile };
    assert.throws(() => read({ a: { ...argo, url: 'http://10.0.0.1' } }), /https/);
    read({ a: { ...argo, url: 'https://kubernetes.default.svc' } });
  });

  it('are no empty file and no broken one', () => {
    assert.throws(() => read({}), /names no actuator/);
    assert.throws(
      () => readActuators('{"a": hunter2}', 'f'),
      ({ message }: Error) => message.startsWith('f is no JSON') && !message.includes('hunter2'),
    );
  });
});
