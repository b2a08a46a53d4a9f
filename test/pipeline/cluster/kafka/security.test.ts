import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { securitySettings } from '../../../../pipeline/cluster/kafka/security.ts';

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
});
