import assert from 'node:assert/strict';
import {
  isFatal,
  isRepeatable,
  produceError,
  toMillraceError,
  toTransactionError,
} from '../../../../pipeline/cluster/kafka/to-millrace-error.ts';
import { MillraceError } from '../../../../pipeline/core/errors.ts';

const error = (code: number, more: object = {}): object => ({ code, message: 'what the client says', ...more });

/** Codes of librdkafka (negative) and of Kafka's protocol, with what they mean here. */
const meanings = [
  [-144, 'fenced'],
  [90, 'fenced'],
  [47, 'fenced'],
  [82, 'fenced'],
  [22, 'transaction_aborted'],
  [25, 'transaction_aborted'],
  [27, 'transaction_aborted'],
  [110, 'transaction_aborted'],
  [113, 'transaction_aborted'],
  [3, 'unknown_topic'],
  [-190, 'unknown_topic'],
  [29, 'not_authorized'],
  [30, 'not_authorized'],
  [53, 'not_authorized'],
  [10, 'record_too_large'],
  [-140, 'offset_out_of_range'],
  [50, 'bad_config'],
  [-195, 'cluster_unavailable'],
  [7, 'cluster_unavailable'],
] as const;

describe('toMillraceError', () => {
  for (const [number, code] of meanings) {
    it(`takes ${number} for ${code}`, () => {
      const translated = toMillraceError(error(number), 'commit');
      assert.equal(translated.code, code);
      assert.equal(translated.message, 'commit: what the client says');
    });
  }

  it('takes an error after which the transaction must be aborted for that, unless the producer is fenced', () => {
    assert.equal(toMillraceError(error(-149, { isTxnRequiresAbort: true }), 'commit').code, 'transaction_aborted');
    assert.equal(toMillraceError(error(-144, { isTxnRequiresAbort: true, isFatal: true }), 'commit').code, 'fenced');
  });

  it('takes no abort for a way out of what the next transaction would fail for, too', () => {
    for (const [number, code] of [
      [29, 'not_authorized'],
      [30, 'not_authorized'],
      [10, 'record_too_large'],
    ] as const)
      assert.equal(toMillraceError(error(number, { isTxnRequiresAbort: true }), 'offsets').code, code);
    assert.equal(toMillraceError(error(3, { isTxnRequiresAbort: true }), 'offsets').code, 'transaction_aborted');
  });

  it('leaves its own errors as they are', () => {
    const own = new MillraceError('late', 'own');
    assert.equal(toMillraceError(own, 'commit'), own);
  });

  it('takes what is no error of the client for a defect', () => {
    assert.equal(toMillraceError(new TypeError('oops'), 'commit').code, 'engine_defect');
  });

  it('says what is wrong with a record that the client refuses with nothing but a code', () => {
    assert.equal(produceError(10, 't').message, "Producing to 't': the record is larger than `message.max.bytes`");
    assert.equal(produceError(-188, 't').code, 'unknown_topic');
    assert.match(produceError(-999, 't').message, /code -999/);
  });

  it('knows the code after which the client cannot go on', () => {
    assert.deepEqual([isFatal(error(-150)), isFatal(error(-195)), isFatal(undefined)], [true, false, false]);
  });
});

describe('toTransactionError', () => {
  it('takes what ends the producer, and has no code that says more, for that', () => {
    for (const spent of [error(48, { isFatal: true }), error(-150), error(-172)])
      assert.equal(toTransactionError(spent, 'commit').code, 'producer_failed');
  });

  it('keeps what says more', () => {
    assert.equal(toTransactionError(error(-144, { isFatal: true }), 'commit').code, 'fenced');
    assert.equal(toTransactionError(error(53, { isFatal: true }), 'commit').code, 'not_authorized');
    assert.equal(toTransactionError(error(48, { isTxnRequiresAbort: true }), 'commit').code, 'transaction_aborted');
    assert.equal(toTransactionError(error(-185, { isRetriable: true }), 'commit').code, 'cluster_unavailable');
  });

  it('leaves its own errors as they are', () => {
    const own = new MillraceError('cluster_unavailable', 'own');
    assert.equal(toTransactionError(own, 'commit'), own);
  });
});

describe('isRepeatable', () => {
  it('believes the client', () => {
    assert.deepEqual(
      [isRepeatable(error(-185, { isRetriable: true })), isRepeatable(error(-185)), isRepeatable(undefined)],
      [true, false, false],
    );
  });
});
