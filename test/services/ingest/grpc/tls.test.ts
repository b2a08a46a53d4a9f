import assert from 'node:assert/strict';
import { copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { connect } from 'node:tls';
import { type ChannelCredentials, credentials, status as codes } from '@grpc/grpc-js';
import { noLog } from '../../../../pipeline/core/ports/log.ts';
import { systemClock } from '../../../../pipeline/runtime/system-clock.ts';
import { type Tls, watchTls } from '../../../../services/ingest/tls/tls.ts';
import { type Authority, type Identity, makeAuthority } from '../../../support/security/certificates.ts';
import { until } from '../../../support/until.ts';
import { openScene, type Scene } from '../scene.ts';
import { type Called, callOn, clientOf, proto } from './rig.ts';

const ports = { clock: { ...systemClock, sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms / 100, signal) }, log: noLog };
const rating = { inference_id: 'req-1', feedback_type: 'rating', value: { number: 4 } };

describe('gRPC of an API over TLS', function () {
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
    scene = await openScene({ ports: { tls }, settings: { grpcPort: 0 } });
  };
  afterEach(async () => {
    tls.close();
    await scene.close();
  });

  const submit = async (secret: ChannelCredentials): Promise<Called> => {
    const own = clientOf(proto, 'millrace.ingest.v1.Ingest', { address: scene.ingest.grpc!, secret });
    const called = await callOn(own)('SubmitFeedback', rating, { authorization: `Bearer ${scene.keys.acme}` });
    own.close();
    return called;
  };
  const pem = Buffer.from.bind(Buffer);

  /** The name in the certificate that is shown to new connections. */
  const shown = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const [host = '', port = ''] = scene.ingest.grpc!.split(':');
      const socket = connect({ host, port: Number(port), ca: authority.pem, ALPNProtocols: ['h2'] }, () => {
        resolve(socket.getPeerCertificate().subject.CN);
        socket.destroy();
      });
      socket.on('error', reject);
    });

  it('is under TLS as REST is, and takes nothing without', async () => {
    await open();
    assert.equal((await submit(credentials.createSsl(pem(authority.pem)))).code, codes.OK);
    assert.equal((await submit(credentials.createInsecure())).code, codes.UNAVAILABLE);
  });

  it('shows a certificate that was replaced to new connections', async () => {
    await open();
    assert.equal(await shown(), 'first');
    await copyFile(second!.certificate, at('tls.pem'));
    await copyFile(second!.key, at('tls.key'));
    await until('it is shown', async () => (await shown()) === 'second');
  });

  it('wants a certificate of its clients where it has authorities for them', async () => {
    await open(at('ca.pem'));
    const [key, certificate] = [await readFile(client!.key), await readFile(client!.certificate)];
    assert.equal((await submit(credentials.createSsl(pem(authority.pem), key, certificate))).code, codes.OK);
    assert.equal((await submit(credentials.createSsl(pem(authority.pem)))).code, codes.UNAVAILABLE);
  });
});
