import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readSettings } from '../../../bin/cli/settings.ts';
import { clickHouseAccess, kafkaSecurity, registryAccess } from '../../../bin/services/credentials.ts';

describe('credentials', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'millrace-credentials-'));
  const file = (name: string, text: string): string => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  const secret = file('secret', 'se cret\n');
  const flags = (given: Readonly<Record<string, string>>): ReturnType<typeof readSettings> => readSettings({ flags: given, env: {} });

  after(() => rmSync(folder, { recursive: true }));

  it('are none for brokers that are open to everyone', () => {
    assert.equal(kafkaSecurity(flags({})), undefined);
    assert.equal(kafkaSecurity(flags({ kafkaTls: 'false' })), undefined);
  });

  it('of a user go over TLS unless that is switched off by name', () => {
    const user = { kafkaUser: 'ann', kafkaPasswordFile: secret };
    const sasl = { mechanism: 'SCRAM-SHA-512', username: 'ann', passwordFile: secret };
    assert.deepEqual(kafkaSecurity(flags(user)), { tls: true, sasl });
    assert.deepEqual(kafkaSecurity(flags({ ...user, kafkaTls: 'false' })), { tls: false, sasl });
    const ca = { ca: '/ca.pem', certificate: undefined, key: undefined, keyPasswordFile: undefined };
    assert.deepEqual(kafkaSecurity(flags({ ...user, kafkaCa: '/ca.pem', kafkaMechanism: 'SCRAM-SHA-256' })), {
      tls: ca,
      sasl: { ...sasl, mechanism: 'SCRAM-SHA-256' },
    });
  });

  it('of OAuth need no mechanism to be named', () => {
    const tokenFile = { mechanism: 'OAUTHBEARER', tokenFile: secret };
    assert.deepEqual(kafkaSecurity(flags({ kafkaTokenFile: secret })), { tls: true, sasl: tokenFile });
    const client = { kafkaUser: 'app', kafkaPasswordFile: secret, kafkaTokenUrl: 'https://id/token', kafkaTokenScope: 'kafka' };
    assert.deepEqual(kafkaSecurity(flags(client))?.sasl, {
      mechanism: 'OAUTHBEARER',
      tokenUrl: 'https://id/token',
      clientId: 'app',
      clientSecretFile: secret,
      scope: 'kafka',
      tokenCa: undefined,
    });
  });

  it('may be a certificate alone', () => {
    const tls = { ca: '/ca.pem', certificate: '/me.pem', key: '/me.key', keyPasswordFile: secret };
    const given = { kafkaCa: '/ca.pem', kafkaCertificate: '/me.pem', kafkaKey: '/me.key', kafkaKeyPasswordFile: secret };
    assert.deepEqual(kafkaSecurity(flags(given)), { tls });
  });

  it('of the registry and ClickHouse are read from their files', async () => {
    const ca = file('ca.pem', 'PEM');
    const registry = await registryAccess(flags({ registryUser: 'ann', registryPasswordFile: secret, registryCa: ca }));
    assert.deepEqual(registry, { auth: { user: 'ann', password: 'se cret' }, tls: { ca: 'PEM', certificate: undefined, key: undefined } });
    const clickhouse = await clickHouseAccess(flags({ clickhouseTokenFile: secret }));
    assert.deepEqual(clickhouse.auth, { token: 'se cret' });
  });

  it('that cannot be read are named, with their file', async () => {
    const none = path.join(folder, 'none');
    const rejects = (asked: Promise<unknown>, message: RegExp): Promise<void> => assert.rejects(asked, { code: 'bad_config', message });
    await rejects(registryAccess(flags({ registryTokenFile: none })), /^the token for the registry cannot be read: ENOENT.*none'$/);
    await rejects(clickHouseAccess(flags({ clickhouseCa: none })), /^the authorities of ClickHouse cannot be read: ENOENT.*none'$/);
  });
});
