import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Log } from '../../../../pipeline/core/ports/log.ts';
import { hasCode } from '../../../../pipeline/testing/contracts/cluster/has-code.ts';
import { systemClock } from '../../../../pipeline/runtime/system-clock.ts';
import { readKeys, writeKeys } from '../../../../services/ingest/auth/key-file.ts';
import { KeyRing } from '../../../../services/ingest/auth/key-ring.ts';
import { newKey, revokedKey } from '../../../../services/ingest/auth/new-key.ts';
import { RateLimits } from '../../../../services/ingest/auth/rate-limits.ts';
import { watchKeys } from '../../../../services/ingest/auth/watched-keys.ts';
import { until } from '../../../support/until.ts';

const now = Date.UTC(2025, 5, 2);
const make = (tenant = 'acme', more: { readonly expires?: number } = {}): ReturnType<typeof newKey> =>
  newKey({ tenant, scopes: ['write_feedback'], now, ...more });

describe('API keys', () => {
  it('let in who has one, under the tenant that it was made for', () => {
    const [acme, globex] = [make('acme'), make('globex')];
    const ring = new KeyRing([acme.stored, globex.stored]);
    const found = ring.find(`Bearer ${acme.key}`, now);
    assert.deepEqual([found?.tenant, found?.keyId, [...(found?.scopes ?? [])]], ['acme', acme.stored.id, ['write_feedback']]);
    assert.equal(ring.find(`bearer ${globex.key}`, now)?.tenant, 'globex');
  });

  it('let nobody else in', () => {
    const { key, stored } = make();
    const ring = new KeyRing([stored]);
    const other = make().key;
    const mixed = `mrk_${stored.id}_${other.slice(-43)}`;
    const headers = [
      undefined,
      '',
      'Bearer',
      `Basic ${key}`,
      key,
      `Bearer ${other}`,
      `Bearer ${mixed}`,
      `Bearer ${key}x`,
      `Bearer ${key.slice(0, -1)}`,
    ];
    for (const header of headers) assert.equal(ring.find(header, now), undefined, header);
  });

  it('end when they are revoked or expire; several of a tenant stand side by side', () => {
    const [old, fresh] = [make(), make()];
    const ring = new KeyRing([revokedKey(old.stored, now), fresh.stored]);
    assert.equal(ring.find(`Bearer ${old.key}`, now), undefined);
    assert.equal(ring.find(`Bearer ${fresh.key}`, now)?.tenant, 'acme');
    const brief = make('acme', { expires: now + 10 });
    const briefly = new KeyRing([brief.stored]);
    assert.equal(briefly.find(`Bearer ${brief.key}`, now + 9)?.tenant, 'acme');
    assert.equal(briefly.find(`Bearer ${brief.key}`, now + 10), undefined);
  });

  it('are kept as hashes only', () => {
    const { key, stored } = make();
    const text = writeKeys([stored]);
    assert.deepEqual(readKeys(text), [stored]);
    assert.ok(!text.includes(key.slice(-43)));
  });

  it('come from a file whose mistakes are told by place, not by content', () => {
    const { stored } = make();
    const broken: ReadonlyArray<readonly [text: string, message: RegExp]> = [
      ['secret', /is no JSON/],
      ['{}', /look at keys/],
      [JSON.stringify({ keys: [{ ...stored, sha256: 'secret' }] }), /look at keys\.0\.sha256/],
      [JSON.stringify({ keys: [{ ...stored, scopes: ['secret'] }] }), /look at keys\.0\.scopes\.0/],
      [JSON.stringify({ keys: [{ ...stored, tenant: 'a|secret' }] }), /look at keys\.0\.tenant/],
      [JSON.stringify({ keys: [stored, stored] }), /twice/],
    ];
    for (const [text, message] of broken) {
      assert.throws(
        () => readKeys(text),
        (error: Error) => message.test(error.message) && !error.message.includes('secret'),
      );
    }
  });

  it('change with their file, and stay while it is broken', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'millrace-keys-'));
    const file = path.join(folder, 'keys.json');
    await assert.rejects(watchKeys(file, { clock: systemClock, log: silent([]) }), hasCode('bad_config'));
    const [first, second] = [make('acme'), make('globex')];
    const told: string[] = [];
    await writeFile(file, writeKeys([first.stored]));
    const keys = await watchKeys(file, { clock: quick, log: silent(told) });
    const tenantOf = (key: string): string | undefined => keys.current.ring.find(`Bearer ${key}`, now)?.tenant;
    await writeFile(file, 'broken');
    await until('it says that the file is broken', () => told.includes('a file is broken; what it held before stays'));
    assert.equal(tenantOf(first.key), 'acme');
    await writeFile(file, writeKeys([second.stored]));
    await until('the new key is known', () => tenantOf(second.key) === 'globex');
    assert.equal(tenantOf(first.key), undefined);
    keys.close();
    await rm(folder, { recursive: true });
  });
});

/** The real clock, on which a second takes a hundredth of one. */
const quick = { ...systemClock, sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms / 100, signal) };

const silent = (told: string[]): Log => {
  const tell = (_: unknown, message: string): void => void told.push(message);
  return { debug: tell, info: tell, warn: tell, error: tell };
};

describe('the limits of a sender', () => {
  const sender = { keyId: 'a', tenant: 'acme', scopes: new Set<never>() };

  it('let in a rate, as many at once after a rest, and a large batch on credit', () => {
    const limits = new RateLimits({ perKey: 10 });
    for (let sent = 0; sent < 10; sent += 1) {
      assert.equal(limits.wait(sender, 0), 0);
      limits.take(sender, 1, 0);
    }
    assert.equal(limits.wait(sender, 0), 100);
    assert.equal(limits.wait(sender, 100), 0);
    limits.take(sender, 50, 100);
    assert.equal(limits.wait(sender, 100), 5_000);
    assert.equal(limits.wait(sender, 5_100), 0);
    assert.equal(limits.wait({ ...sender, keyId: 'b' }, 100), 0);
  });

  it('hold for the keys of a tenant together', () => {
    const limits = new RateLimits({ perTenant: 2 });
    limits.take(sender, 2, 0);
    assert.equal(limits.wait({ ...sender, keyId: 'b' }, 0), 500);
    assert.equal(limits.wait({ ...sender, tenant: 'globex' }, 0), 0);
  });

  it('are none where no rate is set', () => {
    const limits = new RateLimits({});
    limits.take(sender, 1e9, 0);
    assert.equal(limits.wait(sender, 0), 0);
  });
});
