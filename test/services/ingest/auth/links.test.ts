import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { systemClock } from '../../../../pipeline/runtime/system-clock.ts';
import { noLog } from '../../../../pipeline/core/ports/log.ts';
import { feedbackLink, signatureOf } from '../../../../services/ingest/auth/feedback-link.ts';
import { LinkRing } from '../../../../services/ingest/auth/link-ring.ts';
import { linkSecretFile, newLinkSecret, revokedSecret } from '../../../../services/ingest/auth/link-secrets.ts';
import { RateLimits } from '../../../../services/ingest/auth/rate-limits.ts';
import { watchLinks } from '../../../../services/ingest/auth/watched-links.ts';
import { until } from '../../../support/until.ts';

const now = Date.UTC(2026, 4, 1);
const order = { inference: 'i-1', key: 'thumbs', expires: now + 60_000 };
const [old, fresh, other] = [newLinkSecret('acme', now), newLinkSecret('acme', now), newLinkSecret('globex', now)];
const ring = new LinkRing([old, fresh, other]);

/** A token that the secret has signed, whatever stands in it. */
const signed = (text: string, { id, secret } = fresh): string => {
  const head = `mrl.${id}.${Buffer.from(text).toString('base64url')}`;
  return `${head}.${signatureOf(head, secret)}`;
};

describe('browser links', function () {
  this.timeout(60_000);
  it('let say one thing, for the tenant of the secret', () => {
    const found = ring.find(feedbackLink({ ...order, value: true, id: 'n-1' }, fresh), now);
    assert.deepEqual(found, {
      keyId: fresh.id,
      tenant: 'acme',
      scopes: new Set(['write_feedback']),
      link: { id: 'n-1', inference: 'i-1', key: 'thumbs', value: true },
    });
  });

  it('are each another one, unless they are told to be the same', () => {
    const ids = [order, order, { ...order, id: 'same' }].map((one) => ring.find(feedbackLink(one, fresh), now)?.link?.id);
    assert.equal(new Set(ids).size, 3);
    assert.equal(ids[2], 'same');
  });

  it('end with their time, and with their secret; others of the tenant stay', () => {
    const token = feedbackLink(order, old);
    assert.equal(ring.find(token, now + 59_999)?.tenant, 'acme');
    assert.equal(ring.find(token, now + 60_000), undefined);
    const rotated = new LinkRing([revokedSecret(old, now), fresh]);
    assert.equal(rotated.find(token, now), undefined);
    assert.equal(rotated.find(feedbackLink(order, fresh), now)?.tenant, 'acme');
  });

  it('of another tenant, secret or shape are nobody', () => {
    const claims = { t: 'acme', i: 'i-1', k: 'thumbs', e: now / 1_000 + 60, n: 'n' };
    assert.equal(ring.find(signed(JSON.stringify(claims)), now)?.tenant, 'acme');
    const wrong: ReadonlyArray<unknown> = [
      signed(JSON.stringify({ ...claims, t: 'globex' })),
      signed(JSON.stringify({ ...claims, i: '' })),
      signed(JSON.stringify({ ...claims, e: '9999999999' })),
      signed(JSON.stringify({ ...claims, n: 'a b' })),
      signed(JSON.stringify({ ...claims, scope: 'admin' })),
      signed('{"t":"acme"'),
      signed('null'),
      feedbackLink(order, { ...fresh, secret: old.secret }),
      feedbackLink(order, { ...fresh, id: '0'.repeat(12) }),
      feedbackLink(order, newLinkSecret('acme', now)),
      undefined,
      ['mrl'],
      {},
      '',
    ];
    for (const token of wrong) assert.equal(ring.find(token, now), undefined, String(token));
  });

  it('let nobody in by bytes that nobody has signed, and never throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.anything(), fc.uint8Array()), (bytes) => {
        const token = bytes instanceof Uint8Array ? Buffer.from(bytes).toString('latin1') : bytes;
        assert.equal(ring.find(token, now), undefined);
      }),
      { numRuns: 500 },
    );
  });

  it('let nobody in whose token differs in one place', () => {
    const token = feedbackLink({ ...order, id: 'n-1' }, fresh);
    const place = fc.integer({ min: 0, max: token.length - 1 });
    const base64 = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.split(''));
    fc.assert(
      fc.property(place, fc.oneof(base64, fc.string({ minLength: 0, maxLength: 3 })), (at, put) => {
        const mutated = token.slice(0, at) + put + token.slice(at + 1);
        fc.pre(mutated !== token);
        assert.equal(ring.find(mutated, now), undefined);
      }),
      { numRuns: 1_000 },
    );
    for (const cut of [token.slice(1), token.slice(0, -1), `${token}A`, ` ${token}`, `${token}\n`])
      assert.equal(ring.find(cut, now), undefined);
  });

  it('have secrets in a file, which tells none when it is broken and is read anew when it changes', async () => {
    const text = linkSecretFile.write([old, fresh]);
    assert.deepEqual(linkSecretFile.read(text), [old, fresh]);
    const broken = JSON.stringify({ secrets: [{ ...old, tenant: 'a|b' }] });
    assert.throws(
      () => linkSecretFile.read(broken),
      (error: Error) => error.message.includes('look at secrets.0.tenant') && !error.message.includes(old.secret),
    );
    const folder = await mkdtemp(path.join(tmpdir(), 'millrace-links-'));
    const file = path.join(folder, 'links.json');
    await writeFile(file, linkSecretFile.write([old]));
    const clock = { ...systemClock, sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms / 100, signal) };
    const links = await watchLinks(file, { clock, log: noLog });
    const token = feedbackLink(order, fresh);
    assert.equal(links.current.ring.find(token, now), undefined);
    await writeFile(file, text);
    await until('the new secret is known', () => links.current.ring.find(token, now) !== undefined);
    links.close();
    await rm(folder, { recursive: true });
  });

  it('are held to a rate each, and to that of their tenant', () => {
    const limits = new RateLimits({ perKey: 1, perLink: 2, perTenant: 5 });
    const bearer = (id: string): NonNullable<ReturnType<LinkRing['find']>> => ring.find(feedbackLink({ ...order, id }, fresh), now)!;
    limits.take(bearer('a'), 2, 0);
    assert.equal(limits.wait(bearer('a'), 0), 500);
    assert.equal(limits.wait(bearer('b'), 0), 0);
    limits.take(bearer('b'), 1, 0);
    limits.take(bearer('c'), 2, 0);
    assert.equal(limits.wait(bearer('d'), 0), 200);
  });
});
