import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type ClickHouseOptions, openClickHouse } from '../../../pipeline/clickhouse/client.ts';
import { MillraceError } from '../../../pipeline/core/errors.ts';
import { type Authority, makeAuthority } from '../../support/security/certificates.ts';

const loginIn = (headers: IncomingHttpHeaders): string => {
  if (headers['x-clickhouse-ssl-certificate-auth'] === 'on') return 'by certificate';
  const key = headers['x-clickhouse-key'];
  return key === undefined ? (headers.authorization ?? 'nobody') : `${String(headers['x-clickhouse-user'])}:${String(key)}`;
};

describe('a ClickHouse behind TLS', () => {
  let authority: Authority;
  let server: Server;
  let host = '';
  const seen: string[] = [];

  before(async () => {
    authority = await makeAuthority();
    const { pem } = await authority.identity('clickhouse');
    const options = { key: pem.key, cert: pem.certificate, ca: authority.pem, requestCert: true, rejectUnauthorized: false };
    server = createServer(options, (request, response) => {
      const isCertified = request.socket instanceof TLSSocket && request.socket.authorized;
      seen.push(`${loginIn(request.headers)}, ${isCertified ? 'certified' : 'not certified'}`);
      request.resume().on('end', () => response.end());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  beforeEach(() => seen.splice(0));

  after(async () => {
    server.close();
    server.closeAllConnections();
    await authority.close();
  });

  const command = async (options: Partial<ClickHouseOptions>): Promise<void> => {
    const db = await openClickHouse({ url: `https://${host}/quality`, ...options });
    await db.command('SYSTEM PING').finally(() => db.close());
  };

  it('is not trusted unless its authority is named', async () => {
    await assert.rejects(command({}), (error) => {
      assert.ok(error instanceof MillraceError);
      assert.match(error.message, /self-signed certificate in certificate chain/);
      return true;
    });
    assert.deepEqual(seen, []);
  });

  it('gets the user that is given beside the URL, not the one in it', async () => {
    await command({ url: `https://old:older@${host}`, tls: { ca: authority.pem }, auth: { user: 'ann', password: 'secret' } });
    assert.deepEqual(seen, ['ann:secret, not certified']);
  });

  it('gets a bearer token', async () => {
    await command({ tls: { ca: authority.pem }, auth: { token: 'abc' } });
    assert.deepEqual(seen, ['Bearer abc, not certified']);
  });

  it('gets the certificate of its client for a login', async () => {
    const { pem } = await authority.identity('client');
    await command({ tls: { ca: authority.pem, ...pem } });
    assert.deepEqual(seen, ['by certificate, certified']);
  });

  it('gets a password beside the certificate', async () => {
    const { pem } = await authority.identity('client');
    await command({ tls: { ca: authority.pem, ...pem }, auth: { user: 'ann', password: 'secret' } });
    assert.deepEqual(seen, [`Basic ${Buffer.from('ann:secret').toString('base64')}, certified`]);
  });
});
