import assert from 'node:assert/strict';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import path from 'node:path';
import { type Client, type ClientDuplexStream, type ClientReadableStream, status as codes } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { protoPath as healthProto } from 'grpc-health-check';
import fc from 'fast-check';
import { systemClock } from '../../../../pipeline/runtime/system-clock.ts';
import { LearnedTokens } from '../../../../services/ingest/auth/jwt/learned-tokens.ts';
import type { Credential } from '../../../../services/ingest/auth/key-ring.ts';
import { refusal } from '../../../../services/ingest/refusal.ts';
import { topics } from '../../../../topologies/feedback/topics.ts';
import { until } from '../../../support/until.ts';
import { gate, openScene, type Scene } from '../scene.ts';
import { type Called, callOn, clientOf, proto } from './rig.ts';

const service = 'millrace.ingest.v1.Ingest';
const label = { inference_id: 'req-1', feedback_type: 'label', value: { text: '7' } };
const reflectionProto = path.join(
  import.meta.dirname,
  '../../../../node_modules/@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto',
);

type Settings = NonNullable<Parameters<typeof openScene>[0]>;

describe('gRPC in trouble', () => {
  let scene: Scene;
  const clients: Client[] = [];
  const open = async (options: Settings = {}): Promise<Scene> =>
    (scene = await openScene({ ...options, settings: { grpcPort: 0, ...options.settings } }));
  const made = (definition: Parameters<typeof clientOf>[0], name: string): Client => {
    const client = clientOf(definition, name, scene.ingest.grpc!);
    clients.push(client);
    return client;
  };
  const submit = (request: object = label, metadata = {}): Promise<Called> =>
    callOn(made(proto, service))('SubmitFeedback', request, { authorization: `Bearer ${scene.keys.acme}`, ...metadata });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await scene.close();
  });

  it('tells when to come again, at the deadline of the log and over the limit of a sender', async () => {
    const { opened, open: confirm } = gate();
    const now = { ms: 0 };
    await open({
      settings: { ackDeadline: 50, rates: { perKey: 1 } },
      clock: { ...systemClock, monotonic: () => now.ms },
      faults: { before: (step) => (step.operation === 'send' ? opened : undefined) },
    });
    const unconfirmed = await submit();
    assert.deepEqual([unconfirmed.code, unconfirmed.details.ErrorInfo?.reason], [codes.UNAVAILABLE, 'UNAVAILABLE']);
    assert.deepEqual(unconfirmed.details.RetryInfo, { retry_delay: { seconds: '1', nanos: 0 } });
    now.ms = 500;
    const paced = await submit();
    assert.deepEqual([paced.code, paced.details.ErrorInfo?.reason], [codes.RESOURCE_EXHAUSTED, 'RATE_LIMITED']);
    assert.deepEqual(paced.details.RetryInfo, { retry_delay: { seconds: '0', nanos: 500_000_000 } });
    confirm();
  });

  it('holds no more bytes than it may, together with REST, refuses the rest at once, and recovers', async () => {
    const { opened, open: confirm } = gate();
    await open({ settings: { inFlightBytes: 300_000 }, faults: { before: (step) => (step.operation === 'send' ? opened : undefined) } });
    const call = callOn(made(proto, service));
    const answers = Array.from({ length: 40 }, () => call('SubmitFeedback', label, { authorization: `Bearer ${scene.keys.acme}` }));
    const refused: Called[] = [];
    for (const answer of answers) void answer.then((one) => one.code !== 0 && refused.push(one));
    await until('some are refused', () => refused.length >= 30);
    assert.deepEqual([...new Set(refused.map(({ details }) => details.ErrorInfo?.reason))], ['OVERLOADED']);
    confirm();
    const taken = (await Promise.all(answers)).filter(({ code }) => code === 0);
    assert.equal(taken.length + refused.length, 40);
    assert.equal((await submit()).code, codes.OK);
    await until('all is given back', async () => (await scene.scrape()).includes('millrace_ingest_in_flight_bytes 0'));
  });

  it('waits for no message longer than it may take', async () => {
    await open({ settings: { requestTimeout: 50 } });
    const session = connectHttp2(`http://${scene.ingest.grpc!}`);
    const stream = session.request({
      ':method': 'POST',
      ':path': `/${service}/SubmitFeedback`,
      'content-type': 'application/grpc',
      te: 'trailers',
      authorization: `Bearer ${scene.keys.acme}`,
    });
    const status = await new Promise((resolve) => {
      const told = (headers: Record<string, unknown>): void => resolve(headers['grpc-status']);
      stream.on('response', told).on('trailers', told);
      stream.resume();
    });
    assert.equal(status, String(codes.INVALID_ARGUMENT));
    session.destroy();
    await until('all is given back', async () => (await scene.scrape()).includes('millrace_ingest_in_flight_bytes 0'));
  });

  it('ends in order: answers what it has let in, ends watchers, and refuses what is new', async () => {
    const { opened, open: confirm } = gate();
    let isLetIn = false;
    const before = ({ operation }: { readonly operation: string }): Promise<void> | undefined => {
      if (operation !== 'send') return undefined;
      isLetIn = true;
      return opened;
    };
    await open({ faults: { before } });
    const begun = submit();
    const health = made(loadSync(healthProto), 'grpc.health.v1.Health') as unknown as {
      watch: (request: object) => ClientReadableStream<{ status: number }>;
    };
    const seen: unknown[] = [];
    const watching = health.watch({ service }).on('data', ({ status }) => seen.push(status));
    const ended = new Promise<number>((resolve) => watching.on('error', ({ code }: Error & { code: number }) => resolve(code)));
    await until('it is let in, and watched', () => seen.length === 1 && isLetIn);
    const stopped = scene.ingest.stop();
    assert.equal((await submit()).code, codes.UNAVAILABLE);
    assert.equal(await ended, codes.UNAVAILABLE);
    assert.deepEqual(seen, [1, 2]);
    confirm();
    assert.equal((await begun).code, codes.OK);
    await stopped;
    assert.equal((await scene.values(topics.feedbackReceived)).length, 1);
  });

  it('takes tokens of an issuer, once they are learned', async () => {
    const bearer: Credential = { keyId: 'jwt', tenant: 'globex', scopes: new Set(['write_feedback']) };
    const nobody = refusal('unauthenticated', 'the token is not valid');
    const tokens = new LearnedTokens({
      isToken: (authorization) => authorization.startsWith('Bearer ey'),
      verify: (authorization) => new Promise((resolve) => setImmediate(() => resolve(authorization === 'Bearer eyGood' ? bearer : nobody))),
    });
    await open({ ports: { tokens } });
    const { answer } = await submit(label, { authorization: 'Bearer eyGood' });
    const [found] = await scene.values(topics.feedbackReceived);
    assert.deepEqual([found?.feedback_id, found?.tenant], [answer.id, 'globex']);
    assert.equal((await submit(label, { authorization: 'Bearer eyBad' })).code, codes.UNAUTHENTICATED);
  });

  it('reflects its service and its messages', async () => {
    await open();
    const client = made(loadSync(reflectionProto), 'grpc.reflection.v1.ServerReflection') as unknown as {
      serverReflectionInfo: () => ClientDuplexStream<object, Record<string, never>>;
    };
    const asked = async (request: object): Promise<Record<string, Record<string, unknown>>> => {
      const stream = client.serverReflectionInfo();
      const answer = new Promise<Record<string, never>>((resolve, reject) => stream.on('data', resolve).on('error', reject));
      stream.write(request);
      const found = await answer;
      stream.end();
      return found;
    };
    const { listServicesResponse } = await asked({ listServices: '' });
    assert.deepEqual(
      (listServicesResponse!.service as ReadonlyArray<{ name: string }>).map(({ name }) => name),
      [service],
    );
    const { fileDescriptorResponse } = await asked({ fileContainingSymbol: service });
    const files = fileDescriptorResponse!.fileDescriptorProto as ReadonlyArray<Buffer>;
    assert.ok(files.some((file) => file.includes('SubmitFeedbackBatch')));
  });

  it('is moved by no bytes, as messages, frames or otherwise', async function () {
    this.timeout(60_000);
    await open();
    const session = connectHttp2(`http://${scene.ingest.grpc!}`);
    const sent = (body: Uint8Array, method: string): Promise<unknown> =>
      new Promise((resolve) => {
        const stream = session.request({
          ':method': 'POST',
          ':path': `/${service}/${method}`,
          'content-type': 'application/grpc',
          te: 'trailers',
          authorization: `Bearer ${scene.keys.acme}`,
        });
        const told = (headers: Record<string, unknown>): void => {
          if (headers['grpc-status'] !== undefined) resolve(headers['grpc-status']);
        };
        stream
          .on('response', told)
          .on('trailers', told)
          .on('error', resolve)
          .on('close', () => resolve('closed'));
        stream.resume();
        stream.end(body);
      });
    const framed = (bytes: Uint8Array): Buffer => {
      const head = Buffer.alloc(5);
      head.writeUInt32BE(bytes.length, 1);
      return Buffer.concat([head, bytes]);
    };
    const methods = fc.constantFrom('SubmitFeedback', 'SubmitFeedbackBatch', 'LogInference', 'LogInferenceBatch', 'Nothing');
    const bytes = fc.uint8Array({ maxLength: 400 });
    const sound = [String(codes.OK), String(codes.INVALID_ARGUMENT), String(codes.UNIMPLEMENTED)];
    await fc.assert(
      fc.asyncProperty(bytes, methods, async (body, method) => {
        const status = await sent(framed(body), method);
        assert.ok(sound.includes(String(status)), `${method}: ${String(status)}`);
      }),
      { numRuns: 500 },
    );
    await fc.assert(
      fc.asyncProperty(bytes, methods, async (body, method) => {
        assert.notEqual(await sent(body, method), String(codes.UNKNOWN));
      }),
      { numRuns: 200 },
    );
    session.destroy();
    const [host = '', port = ''] = scene.ingest.grpc!.split(':');
    const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { maxLength: 5 }), fc.boolean(), async (parts, isPrefaced) => {
        const socket = connect(Number(port), host);
        await new Promise((resolve) => socket.on('connect', resolve));
        if (isPrefaced) socket.write(preface);
        for (const part of parts) socket.write(part);
        await new Promise((resolve) =>
          socket
            .on('close', resolve)
            .on('error', resolve)
            .end()
            .resume()
            .setTimeout(200, () => socket.destroy()),
        );
      }),
      { numRuns: 100 },
    );
    assert.equal((await submit()).code, codes.OK);
    assert.doesNotMatch(scene.logged(), /a request failed/);
    await until('all is given back', async () => (await scene.scrape()).includes('millrace_ingest_in_flight_bytes 0'));
  });
});
