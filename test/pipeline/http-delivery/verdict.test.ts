import assert from 'node:assert/strict';
import { retryAfterMs, verdictOf } from '../../../pipeline/http-delivery/verdict.ts';

describe('the verdict of an answer', () => {
  it('is by its status', () => {
    for (const status of [200, 201, 202, 204]) assert.equal(verdictOf(status), 'taken', String(status));
    for (const status of [400, 403, 404, 409, 410, 413, 422]) assert.equal(verdictOf(status), 'refused', String(status));
    for (const status of [301, 302, 308, 401, 407, 408, 425, 429, 500, 502, 503, 504])
      assert.equal(verdictOf(status), 'later', String(status));
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(2024, 0, 1);

  it('is a number of seconds or a date', () => {
    assert.equal(retryAfterMs('7', now), 7_000);
    assert.equal(retryAfterMs('Mon, 01 Jan 2024 00:01:00 GMT', now), 60_000);
  });

  it('is nothing if it is neither, or past', () => {
    for (const text of [undefined, '', 'soon', '-5', 'Sun, 31 Dec 2023 00:00:00 GMT'])
      assert.equal(retryAfterMs(text, now), 0, String(text));
  });

  it('is believed up to a quarter of an hour', () => {
    assert.equal(retryAfterMs('86400', now), 900_000);
    assert.equal(retryAfterMs('Wed, 01 Jan 2025 00:00:00 GMT', now), 900_000);
  });
});
