import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type EmbeddedRegistry, startEmbeddedRegistry } from '../../pipeline/avro/embedded-registry/start-embedded-registry.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { writeKeys } from '../../services/ingest/auth/key-file.ts';
import { newKey } from '../../services/ingest/auth/new-key.ts';
import { type Millrace, runMillrace, startMillrace } from '../support/millrace.ts';
import { prepared } from '../support/prepared.ts';
import { type SecureKafka, startSecureKafka } from '../support/security/secure-kafka.ts';
import { skipBecause } from '../support/skip-because.ts';

describe('the access rules of millrace ingest and redrive, on a Kafka that denies by default', function () {
  this.timeout(180_000);
  let kafka: SecureKafka | undefined;
  let registry: EmbeddedRegistry | undefined;
  let api: Millrace | undefined;

  const secure = (): SecureKafka => {
    assert.ok(kafka !== undefined);
    return kafka;
  };

  const as = (user: 'admin' | 'stranger'): ReadonlyArray<string> => [
    ...['--kafka', secure().sasl, '--kafka-ca', secure().authority.ca],
    ...['--kafka-user', user, '--kafka-password-file', secure().passwordOf(user)],
  ];

  const rulesOf = async (...args: ReadonlyArray<string>): Promise<string> => {
    const target = ['--kafka', secure().sasl, '--command-config', secure().adminConfig, '--principal', 'User:stranger'];
    const { code, stdout, stderr } = await runMillrace(['acls', ...args, ...target]);
    assert.equal(code, 0, stderr);
    return stdout;
  };

  before(async function () {
    const found = prepared('kafka');
    if ('missing' in found) skipBecause(this, `Apache Kafka: ${found.missing}`);
    kafka = await startSecureKafka();
    registry = await startEmbeddedRegistry();
    const created = await runMillrace(['topics', 'feedback', ...as('admin'), '--create', '--partitions', '1']);
    assert.equal(created.code, 0, created.stderr);
  });

  after(async () => {
    await api?.kill();
    await registry?.close();
    await kafka?.close();
  });

  it('let the API take records, and it starts with no less', async () => {
    const { key, stored } = newKey({ tenant: 'acme', scopes: ['write_inference'], now: systemClock.now() });
    const keys = path.join(secure().authority.folder, 'keys.json');
    await writeFile(keys, writeKeys([stored]));
    const run = ['ingest', ...as('stranger'), '--registry', registry?.url ?? '', '--keys', keys, '--port', '0', '--health-port', '0'];
    const refused = await runMillrace(run);
    assert.match(refused.stderr, /^not_authorized: /m);
    await secure().runAclCommand(await rulesOf('ingest'));
    api = startMillrace(run);
    const [, url = ''] = await api.printed(/listens on (http\S+);/);
    const answer = await fetch(`${url}/v1/inferences`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model_name: 'm', model_version: 'v' }),
    });
    assert.equal(answer.status, 202, await answer.text());
    api.signal('SIGTERM');
    assert.equal((await api.ended).code, 0);
  });

  it('let dead letters be redriven, and not without them', async () => {
    const run = ['redrive', 'feedback', ...as('stranger'), '--registry', registry?.url ?? ''];
    const refused = await runMillrace(run);
    assert.match(refused.stderr, /^not_authorized: /m);
    await secure().runAclCommand(await rulesOf('feedback', '--redrive'));
    const { code, stderr } = await runMillrace(run);
    assert.equal(code, 0, stderr);
  });
});
