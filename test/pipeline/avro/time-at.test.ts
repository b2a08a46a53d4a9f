import assert from 'node:assert/strict';
import { recordType } from '../../../pipeline/avro/record-type.ts';
import { MillraceError } from '../../../pipeline/core/errors.ts';

const micros = { type: 'long', logicalType: 'timestamp-micros' };
const millis = { type: 'long', logicalType: 'timestamp-millis' };

interface Visit {
  readonly at: number;
  readonly seen: number;
  readonly left: number | null;
  readonly page: { readonly loaded: number } | null;
  readonly count: number;
}

const visits = recordType<Visit>({
  type: 'record',
  name: 'test.Visit',
  fields: [
    { name: 'at', type: micros },
    { name: 'seen', type: millis },
    { name: 'left', type: ['null', micros] },
    { name: 'page', type: ['null', { type: 'record', name: 'Page', fields: [{ name: 'loaded', type: millis }] }] },
    { name: 'count', type: 'long' },
  ],
});

const visit: Visit = { at: 1_574_553_600_123_456, seen: 1_574_553_600_123, left: null, page: null, count: 1 };

const refusal = (path: string): string => {
  try {
    visits.timeAt(path);
  } catch (error) {
    assert.ok(error instanceof MillraceError && error.code === 'bad_topic');
    return error.message;
  }
  return assert.fail('nothing was thrown');
};

describe('timeAt', () => {
  it('reads microseconds as whole milliseconds, rounded down', () => {
    assert.equal(visits.timeAt('at')(visit), 1_574_553_600_123);
    assert.equal(visits.timeAt('at')({ ...visit, at: -1 }), -1);
  });

  it('reads milliseconds as they are', () => {
    assert.equal(visits.timeAt('seen')(visit), 1_574_553_600_123);
  });

  it('reads a time in a nested record', () => {
    assert.equal(visits.timeAt('page.loaded')({ ...visit, page: { loaded: 5 } }), 5);
  });

  it('is undefined where something on the path is null', () => {
    assert.equal(visits.timeAt('left')(visit), undefined);
    assert.equal(visits.timeAt('page.loaded')(visit), undefined);
    assert.equal(visits.timeAt('left')({ ...visit, left: 7000 }), 7);
  });

  it('refuses a field that is not there, naming those that are', () => {
    assert.match(refusal('when'), /'when' of test\.Visit: test\.Visit has no field 'when'\. It has at, seen, left, page, count/);
    assert.match(refusal('page.when'), /Page has no field 'when'/);
    assert.match(refusal('at.when'), /no field 'when' in a value of type long/);
  });

  it('refuses a field that is no timestamp', () => {
    assert.match(refusal('count'), /no timestamp/);
    assert.match(refusal('page'), /no timestamp/);
  });
});
