import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startEmbeddedRegistry } from '../../../pipeline/avro/embedded-registry/start-embedded-registry.ts';
import { httpRegistry, type RegistrySettings } from '../../../pipeline/avro/http-registry.ts';
import type { RegistryClient } from '../../../pipeline/avro/registry-client.ts';
import { registryContract } from './registry-contract.ts';

describe('httpRegistry', () => {
  describe('before the embedded registry', () => {
    registryContract(async () => {
      const registry = await startEmbeddedRegistry();
      return { client: httpRegistry({ url: `${registry.url}/` }), close: () => registry.close() };
    });
  });

  describe('before a server that', () => {
    let server: Server | undefined;
    let requests: string[];

    const before = async (listener: RequestListener, settings: Partial<RegistrySettings> = {}): Promise<RegistryClient> => {
      requests = [];
      server = createServer((request, response) => {
        requests.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`);
        listener(request, response);
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      return httpRegistry({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`, ...settings });
    };

    const answering = (status: number, body: string): RequestListener => {
      return (_, response) => response.writeHead(status).end(body);
    };

    afterEach(() => {
      server?.close();
      server?.closeAllConnections();
    });

    it('wants basic authentication gets it', async () => {
      const client = await before(answering(200, '["a"]'), { auth: { user: 'ann', password: 'sécret' } });
      assert.deepEqual(await client.subjects(), ['a']);
      assert.deepEqual(requests, [`GET /api/subjects Basic ${Buffer.from('ann:sécret').toString('base64')}`]);
    });

    it('gives a schema is asked for it once', async () => {
      const client = await before(answering(200, '{"schema":"\\"string\\""}'));
      await client.schemaById(7);
      assert.deepEqual(await client.schemaById(7), { type: 'AVRO', schema: '"string"', references: [] });
      assert.equal(requests.length, 1);
    });

    it('gives references passes them on', async () => {
      const references = [{ name: 'a.B', subject: 'b', version: 3 }];
      const client = await before(answering(200, JSON.stringify({ schema: '{}', schemaType: 'JSON', references })));
      assert.deepEqual(await client.schemaById(7), { type: 'JSON', schema: '{}', references });
    });

    for (const status of [401, 403]) {
      it(`answers ${status} has a configuration to be corrected`, async () => {
        const client = await before(answering(status, '{"error_code":40301,"message":"No rights."}'));
        await assert.rejects(client.subjects(), { code: 'bad_config', message: /refuses GET .*No rights\. Check its credentials/ });
      });
    }

    for (const status of [408, 429, 500, 503]) {
      it(`answers ${status} may be asked again`, async () => {
        const client = await before(answering(status, '<html>'));
        await assert.rejects(client.register('s', '{}'), {
          code: 'registry_unavailable',
          retryable: true,
          message: new RegExp(`with ${status}`),
        });
      });
    }

    for (const [what, body] of [
      ['no JSON', '<html>hello'],
      ['nothing', ''],
      ['JSON of another kind', '{"id":"seven"}'],
    ] as const) {
      it(`answers ${what} is no registry`, async () => {
        const client = await before(answering(200, body));
        const strange = { code: 'registry_unavailable', message: /makes no sense here/ };
        await assert.rejects(client.register('s', '{}'), strange);
        await assert.rejects(client.subjects(), strange);
        await assert.rejects(client.versions('s'), strange);
        await assert.rejects(client.version('s', 1), strange);
        await assert.rejects(client.compatibility('s'), strange);
        await assert.rejects(client.check('s', '{}'), strange);
        await assert.rejects(client.schemaById(1), strange);
      });
    }

    it('does not answer may be asked again', async () => {
      const client = await before(() => undefined, { timeoutMs: 50 });
      await assert.rejects(client.subjects(), { code: 'registry_unavailable', message: /does not answer GET .*timeout/ });
    });

    it('is not there may be asked again', async () => {
      const client = await before(answering(200, '[]'));
      server?.close();
      await once(server ?? assert.fail(), 'close');
      await assert.rejects(client.subjects(), { code: 'registry_unavailable', message: /ECONNREFUSED/ });
    });
  });
});
