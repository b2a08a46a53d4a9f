import assert from 'node:assert/strict';
import { ClickHouseError } from '@clickhouse/client';
import { clickHouseError } from '../../../pipeline/clickhouse/clickhouse-error.ts';
import { type ErrorCode, MillraceError } from '../../../pipeline/core/errors.ts';

const meaningOf = (type: string): ErrorCode =>
  clickHouseError(new ClickHouseError({ message: 'what it said', code: '1', type }), 'here').code;

describe('clickHouseError', () => {
  it('takes for passing trouble what may heal, and what nobody has thought of', () => {
    for (const type of ['TOO_MANY_PARTS', 'MEMORY_LIMIT_EXCEEDED', 'TIMEOUT_EXCEEDED', 'TABLE_IS_READ_ONLY', 'NO_SUCH_THING_YET']) {
      assert.equal(meaningOf(type), 'table_unavailable');
    }
    assert.equal(clickHouseError(new Error('connect ECONNREFUSED'), 'here').retryable, true);
    assert.equal(clickHouseError('?', 'here').retryable, true);
  });

  it('tells the table, the rows and the login apart', () => {
    assert.equal(meaningOf('UNKNOWN_TABLE'), 'bad_table');
    assert.equal(meaningOf('ACCESS_DENIED'), 'bad_table');
    assert.equal(meaningOf('CANNOT_PARSE_NUMBER'), 'delivery_refused');
    assert.equal(meaningOf('TYPE_MISMATCH'), 'delivery_refused');
    assert.equal(meaningOf('AUTHENTICATION_FAILED'), 'bad_config');
  });

  it('says what was attempted, in one line and without the rows, and keeps the cause', () => {
    const cause = new ClickHouseError({ message: 'Cannot parse\nRow 1: secret', code: '27', type: 'CANNOT_PARSE_TEXT' });
    const error = clickHouseError(cause, 'ClickHouse at x');
    assert.equal(error.message, 'ClickHouse at x: Cannot parse (CANNOT_PARSE_TEXT)');
    assert.equal(error.cause, cause);
  });

  it('leaves an error of ours as it is', () => {
    const ours = new MillraceError('bad_config', 'no');
    assert.equal(clickHouseError(ours, 'here'), ours);
  });
});
