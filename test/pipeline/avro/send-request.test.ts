import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { httpRegistry } from '../../../pipeline/avro/http-registry.ts';
import type { TlsTexts } from '../../../pipeline/avro/send-request.ts';
import { MillraceError } from '../../../pipeline/core/errors.ts';
import { type Authority, makeAuthority } from '../../support/security/certificates.ts';

describe('a registry behind TLS', () => {
  let authority: Authority;
  let server: Server;
  let url = '';
  const seen: (string | undefined)[] = [];

  before(async () => {
    authority = await makeAuthority();
    const { pem } = await authority.identity('registry');
    const options = { key: pem.key, cert: pem.certificate, ca: authority.pem, requestCert: true, rejectUnauthorized: false };
    server = createServer(options, (request, response) => {
      const isCertified = request.socket instanceof TLSSocket && request.socket.authorized;
      seen.push(`${request.headers.authorization ?? 'nobody'}, ${isCertified ? 'certified' : 'not certified'}`);
      response.end('["orders-value"]');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  beforeEach(() => seen.splice(0));

  after(async () => {
    server.close();
    await authority.close();
  });

  const subjects = (tls?: TlsTexts, auth?: { readonly token: string }): Promise<ReadonlyArray<string>> =>
    httpRegistry({ url, tls, auth }).subjects();

  it('is not trusted unless its authority is named', async () => {
    await assert.rejects(subjects(), (error) => {
      assert.ok(error instanceof MillraceError);
      assert.equal(error.code, 'registry_unavailable');
      assert.match(error.message, /does not answer GET https:.*: self-signed certificate in certificate chain/);
      return true;
    });
    assert.deepEqual(seen, []);
  });

  it('is trusted by its authority, and gets a bearer token', async () => {
    assert.deepEqual(await subjects({ ca: authority.pem }, { token: 'abc' }), ['orders-value']);
    assert.deepEqual(seen, ['Bearer abc, not certified']);
  });

  it('gets the certificate of its client', async () => {
    const { pem } = await authority.identity('client');
    await subjects({ ca: authority.pem, ...pem });
    assert.deepEqual(seen, ['nobody, certified']);
  });
});
