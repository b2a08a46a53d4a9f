import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import type { QualityAlert } from '../../../schemas/generated/quality-alert.ts';
import { alertsFor } from '../../../services/notifiers/alertmanager-notifier.ts';
import { noticeTarget } from '../../../services/notifiers/notice-target.ts';
import { readNotifiers } from '../../../services/notifiers/notifier-settings.ts';
import { openNotifier } from '../../../services/notifiers/open-notifier.ts';
import { systemClock } from '../../../pipeline/runtime/system-clock.ts';
import { freePort } from '../../support/free-port.ts';
import { skipBecause } from '../../support/skip-because.ts';
import { until } from '../../support/until.ts';
import { FakeApi } from '../actuators/fake-api.ts';
import { batchOf, noticeOf, toldAt } from './notices.ts';

/** Upstream's name of the program, and Debian's. */
const installed = (): string | undefined =>
  ['alertmanager', 'prometheus-alertmanager'].find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);

const texts = { type: 'object', additionalProperties: { type: 'string', minLength: 1 } };

/** `postableAlerts` of Alertmanager's OpenAPI description, api/v2/openapi.yaml; label names as its code checks them. */
const postableAlerts = {
  type: 'array',
  items: {
    type: 'object',
    required: ['labels'],
    additionalProperties: false,
    properties: {
      labels: { ...texts, minProperties: 1, propertyNames: { pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$' } },
      annotations: { ...texts, propertyNames: { pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$' } },
      startsAt: { type: 'string', format: 'date-time' },
      endsAt: { type: 'string', format: 'date-time' },
      generatorURL: { type: 'string', format: 'uri' },
    },
  },
};

const ajv = new Ajv({ allErrors: true });
formats.default(ajv);
const isPostable = ajv.compile(postableAlerts);

const hold = 8 * 3_600_000;
const settings = { holdMs: hold, labels: { team: 'ml' }, generatorUrl: undefined };
const iso = (ms: number): string => new Date(ms).toISOString();

const tell = async (url: string, now: number, ...notices: ReadonlyArray<QualityAlert>): Promise<unknown> => {
  const read = readNotifiers(JSON.stringify({ am: { kind: 'alertmanager', tenant: 'acme', url, labels: { team: 'ml' } } }), 'test').am;
  if (read === undefined) return assert.fail();
  const ports = { clock: { now: () => now }, env: {}, readFile: () => Promise.reject(new Error('none')) };
  const target = noticeTarget(['am', read], openNotifier('am', read, ports), ports);
  try {
    await target.prepare();
    return await target.deliver(batchOf(...notices), false, new AbortController().signal);
  } finally {
    await target.close();
  }
};

describe('what Alertmanager is told', () => {
  const brief = (notice: QualityAlert): ReadonlyArray<string> =>
    alertsFor(notice, settings).map(({ labels, startsAt, endsAt }) => [labels.severity, startsAt ?? '-', endsAt].join(' '));

  it('is an alert that goes on for as long as it is held, and longer with each reminder', () => {
    assert.deepEqual(brief(noticeOf()), [`alert ${iso(toldAt)} ${iso(toldAt + hold)}`]);
    const later = (toldAt + 3_600_000) * 1000;
    assert.deepEqual(brief(noticeOf({ cause: 'REMINDER', previous: 'ALERT', told_at: later })), [
      `alert ${iso(toldAt)} ${iso(toldAt + 3_600_000 + hold)}`,
    ]);
  });

  it('is the end of one alert and the begin of another when the severity changes, and the end alone when all is well', () => {
    assert.deepEqual(brief(noticeOf({ severity: 'NO_DATA', previous: 'WARNING' })), [
      `warning - ${iso(toldAt)}`,
      `no-data ${iso(toldAt)} ${iso(toldAt + hold)}`,
    ]);
    assert.deepEqual(brief(noticeOf({ severity: 'OK', previous: 'ALERT' })), [`alert - ${iso(toldAt)}`]);
  });

  it('is what its API takes, in every case', async () => {
    const api = await FakeApi.start();
    api.script = ({ method, path: at, body }) => {
      const ok = method === 'POST' && at === '/am/api/v2/alerts' && isPostable(JSON.parse(body));
      return ok ? { status: 200 } : { status: 400, body: JSON.stringify(isPostable.errors) };
    };
    const severities = ['WARNING', 'ALERT', 'NO_DATA', 'OK'] as const;
    const all = severities.flatMap((severity) => severities.map((previous) => noticeOf({ severity, previous })));
    try {
      assert.deepEqual(await tell(`${api.url}/am/`, toldAt, ...all), []);
      assert.equal(api.asked.length, all.length - 1);
    } finally {
      await api.stop();
    }
    assert.ok(!isPostable([{ labels: { 'a-b': 'c' } }]) && !isPostable([{ annotations: {} }]) && !isPostable([{ labels: { a: 1 } }]));
  });
});

describe('a real Alertmanager', function () {
  this.timeout(60_000);
  let folder: string;
  let server: ChildProcess | undefined;
  let url: string;

  before(async function () {
    const program = installed();
    if (program === undefined) return skipBecause(this, 'Alertmanager: it is not installed');
    folder = await mkdtemp(path.join(tmpdir(), 'millrace-alertmanager-'));
    const config = path.join(folder, 'alertmanager.yml');
    await writeFile(config, 'route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n');
    const address = `127.0.0.1:${await freePort()}`;
    url = `http://${address}`;
    const flags = [`--config.file=${config}`, `--storage.path=${folder}`, `--web.listen-address=${address}`, '--cluster.listen-address='];
    server = spawn(program, flags, { stdio: 'ignore' });
    await until('it is ready', () =>
      fetch(`${url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    return undefined;
  });

  after(async () => {
    if (server === undefined) return;
    if (server.exitCode === null && server.kill()) await once(server, 'exit');
    await rm(folder, { recursive: true, force: true });
  });

  const firing = async (): Promise<ReadonlyArray<string>> => {
    const alerts = (await (await fetch(`${url}/api/v2/alerts`)).json()) as ReadonlyArray<{ labels: Record<string, string> }>;
    return alerts.map(({ labels }) => `${labels.model_name} ${labels.severity} ${labels.team}`).sort();
  };

  it('shows an alert, the other severity in its place, and none when it is over', async () => {
    const now = systemClock.now();
    const at = now * 1000;
    const live = (over: Partial<QualityAlert>): QualityAlert => noticeOf({ since: at - 2_000_000, told_at: at - 1_000_000, ...over });
    assert.deepEqual(await tell(url, now, live({ severity: 'WARNING' })), []);
    await until('the warning is shown', async () => (await firing()).join() === 'digits warning ml');
    await tell(url, now, live({ severity: 'ALERT', previous: 'WARNING' }), live({ severity: 'ALERT', previous: 'WARNING' }));
    await until('the alert is shown alone', async () => (await firing()).join() === 'digits alert ml');
    await tell(url, now, live({ severity: 'OK', previous: 'ALERT' }));
    await until('nothing is shown', async () => (await firing()).length === 0);
  });
});
