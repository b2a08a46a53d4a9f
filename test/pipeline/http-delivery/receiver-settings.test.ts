import assert from 'node:assert/strict';
import { MillraceError } from '../../../pipeline/core/errors.ts';
import { readReceivers } from '../../../pipeline/http-delivery/receiver-settings.ts';

const mistakesOf = (text: string): string => {
  try {
    readReceivers(text, 'endpoints.json');
  } catch (error) {
    assert.ok(error instanceof MillraceError);
    assert.equal(error.code, 'bad_config');
    return error.message;
  }
  return assert.fail('it was accepted');
};

describe('the settings of endpoints', () => {
  it('say where each is, with defaults for the rest', () => {
    assert.deepEqual(readReceivers('{"hook": {"url": "https://example.org/hook"}}', 'endpoints.json'), {
      hook: { url: { value: 'https://example.org/hook' }, headers: {}, timeoutMs: 10_000, keyPrefix: '' },
    });
  });

  it('take secrets from files and the environment', () => {
    const text = JSON.stringify({
      hook: { url: { env: 'HOOK_URL' }, headers: { authorization: { file: '/run/token', prefix: 'Bearer ' } } },
    });
    const { hook } = readReceivers(text, 'endpoints.json');
    assert.deepEqual(hook?.url, { env: 'HOOK_URL', prefix: '' });
    assert.deepEqual(hook.headers, { authorization: { file: '/run/token', prefix: 'Bearer ' } });
  });

  it('are refused with every mistake, where it is, and no value', () => {
    const text = JSON.stringify({
      one: { url: 's3cret', timeoutMs: 60_000, retries: 's3cret' },
      two: { headers: { 'idempotency-key': 's3cret', 'x y': 's3cret', 'x-token': { path: 's3cret' } }, keyPrefix: 'a s3cret' },
    });
    const message = mistakesOf(text);
    const places = [
      /one\.timeoutMs/,
      /one: .*retries/,
      /two\.url/,
      /two\.headers\.idempotency-key: .*set by the delivery itself/,
      /x y/,
      /x-token/,
      /keyPrefix/,
    ];
    for (const part of places) assert.match(message, part);
    assert.doesNotMatch(message, /s3cret/);
    assert.match(message, /It takes an object by endpoint, e\.g\. /);
  });

  it('are refused without a word of the text if that is no JSON', () => {
    const message = mistakesOf('{"hook": {"url": "https://s3cret"');
    assert.match(message, /^endpoints\.json is no JSON; it takes/);
    assert.doesNotMatch(message, /s3cret/);
  });
});
