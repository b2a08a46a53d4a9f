import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MillraceError } from '../../../../pipeline/core/errors.ts';
import { type Security, securitySettings } from '../../../../pipeline/cluster/kafka/security.ts';

describe('securitySettings', () => {
  let folder = '';
  let passwordFile = '';

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'millrace-security-'));
    passwordFile = path.join(folder, 'password');
    await writeFile(passwordFile, ' se cret \n');
  });

  after(() => rm(folder, { recursive: true }));

  it('trusts the authorities of the system with TLS alone', async () => {
    assert.deepEqual(await securitySettings({ tls: true }), { 'security.protocol': 'ssl' });
  });

  it('reads a password from its file without the line end, and nothing else off it', async () => {
    const sasl = { mechanism: 'SCRAM-SHA-512', username: 'u', passwordFile } as const;
    assert.deepEqual(await securitySettings({ tls: true, sasl }), {
      'security.protocol': 'sasl_ssl',
      'sasl.mechanisms': 'SCRAM-SHA-512',
      'sasl.username': 'u',
      'sasl.password': ' se cret ',
    });
  });

  it('names the files of mutual TLS and reads the password of the key', async () => {
    const tls = { ca: '/ca.pem', certificate: '/me.pem', key: '/me.key', keyPasswordFile: passwordFile };
    assert.deepEqual(await securitySettings({ tls }), {
      'security.protocol': 'ssl',
      'ssl.ca.location': '/ca.pem',
      'ssl.certificate.location': '/me.pem',
      'ssl.key.location': '/me.key',
      'ssl.key.password': ' se cret ',
    });
  });

  it('sends a password in clear only where TLS is switched off by name', async () => {
    const sasl = { mechanism: 'PLAIN', username: 'u', passwordFile } as const;
    assert.equal((await securitySettings({ tls: false, sasl }))['security.protocol'], 'sasl_plaintext');
    assert.equal((await securitySettings({ tls: false }))['security.protocol'], 'plaintext');
  });

  it('lets a client of OAuth ask for its tokens itself', async () => {
    const sasl = { mechanism: 'OAUTHBEARER', tokenUrl: 'https://id/token', clientId: 'me', clientSecretFile: passwordFile } as const;
    assert.deepEqual(await securitySettings({ tls: true, sasl: { ...sasl, scope: 'kafka', tokenCa: '/ca.pem' } }), {
      'security.protocol': 'sasl_ssl',
      'sasl.mechanisms': 'OAUTHBEARER',
      'sasl.oauthbearer.method': 'oidc',
      'sasl.oauthbearer.token.endpoint.url': 'https://id/token',
      'sasl.oauthbearer.client.id': 'me',
      'sasl.oauthbearer.client.secret': ' se cret ',
      'sasl.oauthbearer.scope': 'kafka',
      'https.ca.location': '/ca.pem',
    });
  });

  it('gives the token that stands in its file whenever the client asks', async () => {
    const tokenFile = path.join(folder, 'token');
    const tokenOf = (claims: object): string => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
    await writeFile(tokenFile, tokenOf({ sub: 'ann', exp: 1 }));
    const settings = await securitySettings({ tls: true, sasl: { mechanism: 'OAUTHBEARER', tokenFile } });
    const later = tokenOf({ sub: 'ann', exp: 2 });
    await writeFile(tokenFile, `${later}\n`);
    const refresh = settings.oauthbearer_token_refresh_cb;
    assert.ok(typeof refresh === 'function');
    assert.deepEqual(await refresh(), { tokenValue: later, lifetime: 2000, principal: 'ann' });
  });

  it('refuses secrets that are not there, naming what they are of, and repeats none', async () => {
    const empty = path.join(folder, 'empty');
    await writeFile(empty, '\n');
    const user = { mechanism: 'PLAIN', username: 'u' } as const;
    const refused: ReadonlyArray<readonly [Security, RegExp]> = [
      [{ tls: true, sasl: { ...user, passwordFile: path.join(folder, 'none') } }, /^the password for Kafka cannot be read: ENOENT.*none'$/],
      [{ tls: true, sasl: { ...user, passwordFile: empty } }, /^the password for Kafka is empty: .*empty$/],
      [{ tls: { key: '/k', keyPasswordFile: empty } }, /^the password of the TLS key is empty/],
      [{ tls: true, sasl: { mechanism: 'OAUTHBEARER', tokenFile: passwordFile } }, /^the token for Kafka in .*password is no JWT/],
    ];
    for (const [security, message] of refused) {
      await assert.rejects(securitySettings(security), (error) => {
        assert.ok(error instanceof MillraceError);
        assert.equal(error.code, 'bad_config');
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /se cret/);
        return true;
      });
    }
  });
});
