import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import type { Log } from '../../../../../pipeline/core/ports/log.ts';
import { systemClock } from '../../../../../pipeline/runtime/system-clock.ts';
import { hasCode } from '../../../../../pipeline/testing/contracts/cluster/has-code.ts';
import { LearnedTokens } from '../../../../../services/ingest/auth/jwt/learned-tokens.ts';
import { readJwks, RemoteJwks } from '../../../../../services/ingest/auth/jwt/jwks.ts';
import { tokenVerifier, type TokenVerifier } from '../../../../../services/ingest/auth/jwt/token-verifier.ts';
import { errorOf, openScene } from '../../scene.ts';

const now = Date.UTC(2026, 4, 1);
const rules = { issuer: 'https://id.example.com', audience: 'millrace', tenantClaim: 'org', scopeClaim: 'scp', leeway: 30 };
const seconds = now / 1_000;
const sound: JWTPayload = {
  iss: rules.issuer,
  aud: 'millrace',
  sub: 'u-1',
  exp: seconds + 60,
  org: 'acme',
  scp: 'write_feedback openid read',
};

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

const signed = (claims: JWTPayload, { privateKey }: Pair, kid = 'k1'): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey);

const setOf = async (...keys: ReadonlyArray<readonly [kid: string, pair: Pair]>): Promise<string> =>
  JSON.stringify({ keys: await Promise.all(keys.map(async ([kid, { publicKey }]) => ({ ...(await exportJWK(publicKey)), kid }))) });

describe('JSON Web Tokens', () => {
  let first: Pair;
  let second: Pair;
  let verifier: TokenVerifier;

  before(async () => {
    [first, second] = [await generateKeyPair('ES256'), await generateKeyPair('ES256')];
    const keys = readJwks(await setOf(['k1', first]));
    verifier = tokenVerifier(rules, () => keys);
  });

  const outcome = async (token: string, at = now): Promise<unknown> => {
    const found = await verifier.verify(`Bearer ${token}`, at);
    return found === undefined || 'code' in found ? found?.code : [found.tenant, ...found.scopes];
  };

  it('let in for the tenant and the scopes that they claim', async () => {
    assert.deepEqual(await outcome(await signed(sound, first)), ['acme', 'write_feedback', 'read']);
    assert.deepEqual(await outcome(await signed({ ...sound, scp: ['write_inference', 7, 'x'] }, first)), ['acme', 'write_inference']);
    assert.deepEqual(await outcome(await signed({ ...sound, scp: undefined }, first)), ['acme']);
  });

  it('have an id that names nobody', async () => {
    const found = await verifier.verify(`Bearer ${await signed(sound, first)}`, now);
    assert.match(found !== undefined && 'keyId' in found ? found.keyId : '', /^jwt-[0-9a-f]{12}$/);
  });

  it('may differ from our clock by the leeway, and no more', async () => {
    const token = await signed({ ...sound, nbf: seconds }, first);
    assert.deepEqual(await outcome(token, now + 89_000), ['acme', 'write_feedback', 'read']);
    assert.equal(await outcome(token, now + 91_000), 'unauthenticated');
    assert.equal(await outcome(token, now - 31_000), 'unauthenticated');
  });

  const wrong: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    'another issuer': { iss: 'https://evil.example' },
    'another audience': { aud: 'other' },
    'no end': { exp: undefined },
    'no subject': { sub: undefined },
    'no tenant': { org: undefined },
    'a tenant that is none': { org: 'a|b' },
    'a tenant that is no text': { org: ['acme'] },
  };
  for (const [what, claims] of Object.entries(wrong)) {
    it(`let nobody in with ${what}`, async () => {
      assert.equal(await outcome(await signed({ ...sound, ...claims }, first)), 'unauthenticated');
    });
  }

  it('let nobody in under another key, without a signature, or by a shared secret', async () => {
    const key = Buffer.from(JSON.stringify(await exportJWK(first.publicKey)));
    const hs = await new SignJWT(sound).setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(key);
    for (const token of [await signed(sound, second), new UnsecuredJWT(sound).encode(), hs, `${hs.split('.').slice(0, 2).join('.')}.AA`])
      assert.notDeepEqual(await outcome(token), ['acme', 'write_feedback', 'read']);
    assert.equal(await outcome(hs), 'unauthenticated');
    const oct = readJwks(JSON.stringify({ keys: [{ kty: 'oct', kid: 'k1', k: key.toString('base64url') }] }));
    const found = await tokenVerifier(rules, () => oct).verify(`Bearer ${hs}`, now);
    assert.ok(found !== undefined && 'code' in found);
  });

  it('let nobody in by bytes, and never reject', async () => {
    const part = fc.string({ unit: fc.constantFrom(...'AZaz09-_'.split('')), minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(fc.tuple(part, part, part), async (parts) => assert.equal(await outcome(parts.join('.')), 'unauthenticated')),
      { numRuns: 500 },
    );
    assert.equal(verifier.verify('Bearer mrk_x', now), undefined);
    assert.equal(verifier.verify(undefined, now), undefined);
  });

  it('need a key set that is one', () => {
    assert.throws(() => readJwks('{"keys": "secret"}'), hasCode('bad_config'));
    assert.throws(() => readJwks('secret'), hasCode('bad_config'));
  });

  describe('whose keys are at an address', () => {
    let answers: { status: number; text: string };
    let asked = 0;
    let at = 0;
    const lines: string[] = [];
    const clock = { ...systemClock, monotonic: () => at };
    const log: Log = { ...console, error: (_, message) => void lines.push(message) };
    const server = createServer((_, response) => {
      asked += 1;
      response.writeHead(answers.status).end(answers.text);
    });

    before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
    after(() => server.close());
    beforeEach(async () => {
      [asked, at] = [0, 0];
      answers = { status: 200, text: await setOf(['k1', first]) };
      const remote = new RemoteJwks(`http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`, { clock, log });
      verifier = tokenVerifier(rules, () => remote.find);
    });

    it('are asked for once, and anew for a key that is not there', async () => {
      const token = await signed(sound, first);
      await Promise.all([outcome(token), outcome(token)]);
      assert.deepEqual([await outcome(token), asked], [['acme', 'write_feedback', 'read'], 1]);
      answers.text = await setOf(['k2', second]);
      const rotated = await signed(sound, second, 'k2');
      assert.deepEqual([await outcome(rotated), asked], ['unauthenticated', 1]);
      at = 30_000;
      assert.deepEqual([await outcome(rotated), asked], [['acme', 'write_feedback', 'read'], 2]);
      assert.equal(await outcome(token), 'unauthenticated');
    });

    it('are answered 503 while they cannot be had, asked for with growing pauses', async () => {
      answers.status = 500;
      const token = await signed(sound, first);
      const steps: ReadonlyArray<readonly [at: number, asked: number]> = [
        [0, 1],
        [999, 1],
        [1_000, 2],
        [2_999, 2],
        [3_000, 3],
      ];
      for (const [time, count] of steps) {
        at = time;
        assert.deepEqual([await outcome(token), asked], ['unavailable', count], String(time));
      }
      answers.status = 200;
      at = 7_000;
      assert.deepEqual(await outcome(token), ['acme', 'write_feedback', 'read']);
      assert.ok(lines.length >= 3);
    });

    it('are used for an hour after they were had', async () => {
      const token = await signed(sound, first);
      await outcome(token);
      answers.status = 500;
      at = 59 * 60_000;
      assert.deepEqual(await outcome(token), ['acme', 'write_feedback', 'read']);
      at = 61 * 60_000;
      assert.equal(await outcome(token), 'unavailable');
    });
  });

  it('are checked once in 10 s, and refused ones each time', async () => {
    const seen: string[] = [];
    const learned = new LearnedTokens({
      ...verifier,
      verify: (authorization, at) => {
        seen.push(authorization ?? '');
        return verifier.verify(authorization, at);
      },
    });
    const keys = readJwks(await setOf(['k1', first]));
    verifier = tokenVerifier(rules, () => keys);
    const right = `Bearer ${await signed(sound, first)}`;
    const codeOf = (authorization: string): unknown => {
      const found = learned.find(authorization);
      return found !== undefined && 'code' in found ? found.code : found?.tenant;
    };
    assert.equal(codeOf(right), 'unavailable');
    for (const at of [now, now + 9_999, now + 10_000]) await learned.learn(right, at);
    assert.deepEqual([codeOf(right), seen.length], ['acme', 2]);
    for (const at of [now, now]) await learned.learn(`${right}x`, at);
    assert.deepEqual([codeOf(`${right}x`), seen.length], ['unauthenticated', 4]);
    await learned.learn('Bearer mrk_0', now);
    assert.deepEqual([learned.find('Bearer mrk_0'), seen.length], [undefined, 4]);
  });

  it('are taken by the API, as a key is', async () => {
    const keys = readJwks(await setOf(['k1', first]));
    const scene = await openScene({ auth: { tokens: new LearnedTokens(tokenVerifier(rules, () => keys)) } });
    const exp = Math.floor(systemClock.now() / 1_000) + 600;
    const token = await signed({ ...sound, exp, org: 'globex' }, first);
    const body = { inference_id: 'req-1', rating: 4 };
    assert.equal((await scene.post('/v1/feedback', body, { authorization: `Bearer ${token}` })).status, 202);
    const lacking = await scene.post('/v1/inferences', { model_name: 'm', model_version: 'v' }, { authorization: `Bearer ${token}` });
    assert.deepEqual([lacking.status, errorOf(lacking).code], [403, 'forbidden']);
    assert.equal((await scene.post('/v1/feedback', body, { authorization: `Bearer ${token}x` })).status, 401);
    assert.equal((await scene.post('/v1/feedback', body)).status, 202);
    assert.ok(!(scene.logged() + (await scene.scrape())).includes(token.slice(-40)));
    await scene.close();
  });
});
