import assert from 'node:assert/strict';
import { once } from 'node:events';
import { copyFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { connect, type ConnectionOptions } from 'node:tls';
import { text } from 'node:stream/consumers';
import { noLog } from '../../../../pipeline/core/ports/log.ts';
import { systemClock } from '../../../../pipeline/runtime/system-clock.ts';
import { type Tls, watchTls } from '../../../../services/ingest/tls/tls.ts';
import { type Authority, type Identity, makeAuthority } from '../../../support/security/certificates.ts';
import { until } from '../../../support/until.ts';
import { openScene, type Scene } from '../scene.ts';

const ports = { clock: { ...systemClock, sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms / 100, signal) }, log: noLog };

describe('the API over TLS', function () {
  this.timeout(60_000);
  let authority: Authority;
  let [first, second, client]: ReadonlyArray<Identity> = [];
  let tls: Tls;
  let scene: Scene;
  const at = (name: string): string => path.join(authority.folder, name);

  before(async () => {
    authority = await makeAuthority();
    [first, second, client] = [await authority.identity('first'), await authority.identity('second'), await authority.identity('client')];
  });
  after(() => authority.close());

  const open = async (clientCa?: string): Promise<void> => {
    await copyFile(first!.certificate, at('tls.pem'));
    await copyFile(first!.key, at('tls.key'));
    tls = await watchTls({ certificate: at('tls.pem'), key: at('tls.key'), clientCa }, ports);
    scene = await openScene({ ports: { tls } });
  };

  afterEach(async () => {
    tls.close();
    await scene.close();
  });

  /** The answer of the API, and the name in its certificate. */
  const ask = async (options: ConnectionOptions = {}): Promise<{ readonly answer: string; readonly name: unknown }> => {
    const { port } = new URL(scene.ingest.url);
    const socket = connect({ port: Number(port), host: '127.0.0.1', ca: authority.pem, ...options });
    await once(socket, 'secureConnect');
    const name = socket.getPeerCertificate().subject.CN;
    socket.write('GET /openapi.json HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    return { answer: (await text(socket)).slice(0, 15), name };
  };

  it('answers by HTTPS only, from TLS 1.2 on', async () => {
    await open();
    assert.match(scene.ingest.url, /^https:\/\//);
    assert.deepEqual(await ask(), { answer: 'HTTP/1.1 200 OK', name: 'first' });
    assert.equal((await ask({ maxVersion: 'TLSv1.2' })).answer, 'HTTP/1.1 200 OK');
    await assert.rejects(ask({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }));
    await assert.rejects(fetch(scene.ingest.url.replace('https', 'http')));
  });

  it('takes up certificates that are replaced, and keeps them while the files are broken', async () => {
    await open();
    await copyFile(second!.certificate, at('tls.pem'));
    await systemClock.sleep(50);
    assert.equal((await ask()).name, 'first');
    await copyFile(second!.key, at('tls.key'));
    await until('the second certificate is shown', async () => (await ask()).name === 'second');
    for (const broken of ['broken', '']) {
      await writeFile(at('tls.key'), broken);
      await systemClock.sleep(50);
      assert.equal((await ask()).name, 'second');
    }
  });

  it('lets in who has a certificate of the authority, and nobody else', async () => {
    await open(authority.ca);
    const { certificate: cert, key } = client!.pem;
    assert.equal((await ask({ cert, key })).answer, 'HTTP/1.1 200 OK');
    assert.notEqual((await ask().catch(() => ({ answer: 'refused' }))).answer, 'HTTP/1.1 200 OK');
    const foreign = await makeAuthority();
    const other = (await foreign.identity('client')).pem;
    assert.notEqual(
      (await ask({ cert: other.certificate, key: other.key }).catch(() => ({ answer: 'refused' }))).answer,
      'HTTP/1.1 200 OK',
    );
    await foreign.close();
    await copyFile(second!.certificate, at('tls.pem'));
    await copyFile(second!.key, at('tls.key'));
    await until('the second certificate is shown', async () => (await ask({ cert, key })).name === 'second');
    assert.notEqual((await ask().catch(() => ({ answer: 'refused' }))).answer, 'HTTP/1.1 200 OK');
  });

  it('does not start with files that do not fit, and repeats nothing of them', async () => {
    await open();
    const wrong = watchTls({ certificate: first!.certificate, key: second!.key }, ports);
    await assert.rejects(wrong, (error: Error) => error.message.includes('--tls-cert') && !error.message.includes('BEGIN'));
    await writeFile(at('empty'), '');
    await assert.rejects(watchTls({ certificate: first!.certificate, key: first!.key, clientCa: at('empty') }, ports));
    await writeFile(at('no.key'), 's3cret');
    const broken = watchTls({ certificate: first!.certificate, key: at('no.key') }, ports);
    await assert.rejects(broken, (error: Error) => error.cause === undefined && !error.message.includes('s3cret'));
  });
});
