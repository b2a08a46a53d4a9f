import assert from 'node:assert/strict';
import { concatMap, delay, map as mapChunks, NEVER, of } from 'rxjs';
import { dedupe } from '../../../operators/dedupe.ts';
import { filter } from '../../../operators/filter.ts';
import { type Chunk, withRecords } from '../../../pipeline/core/chunk.ts';
import { MillraceError } from '../../../pipeline/core/errors.ts';
import type { Operator } from '../../../pipeline/core/operator.ts';
import { chunkOf, partitionRecords, recordOf } from '../../../pipeline/testing/records.ts';
import { runOperator } from '../../../pipeline/testing/run-operator.ts';

interface Ports {
  readonly odd: number;
}

const step = (build: Operator<number, number, never, Ports>['build']): Operator<number, number, never, Ports> => ({
  shape: 'step',
  name: 'step',
  kind: 'step',
  params: {},
  ports: ['odd'],
  build,
});

const chunk = chunkOf([1, 2, 3].map((n) => recordOf(n)));
const ids = chunkOf(partitionRecords(['a', 'b'].map((id, time) => ({ value: { id }, time }))));
const seen = dedupe<{ readonly id: string }, 'id'>('seen', { key: ['id'], within: 1_000 });

describe('runOperator', () => {
  it('tells what a chunk gave: main output, side outputs, rejects and counts', () => {
    const run = runOperator(
      step((context) =>
        mapChunks((given: Chunk<number>) => {
          for (const record of given.records) {
            if (record.value === 1) context.emit('odd', record);
            if (record.value === 3) context.reject(record, 'too_much', 'three');
          }
          context.count('seen', 3);
          context.count('seen');
          return withRecords(given, given.records.slice(1, 2));
        }),
      ),
    );
    const { main, ports, rejects, counts } = run.feed(chunk);
    assert.deepEqual(
      main.records.map(({ value }) => value),
      [2],
    );
    assert.deepEqual(ports.odd, withRecords(chunk, chunk.records.slice(0, 1)));
    assert.deepEqual(rejects, [{ record: chunk.records[2], rule: 'too_much', detail: 'three' }]);
    assert.deepEqual(counts, { seen: 4 });
  });

  it('rejects what a function of the user throws, under the code of an error that is a reject', () => {
    const throwing = (thrown: unknown): string | undefined => {
      const run = runOperator(
        filter('throws', () => {
          throw thrown;
        }),
      );
      run.feed(chunkOf([recordOf(1)]));
      return run.rejects[0]?.rule;
    };
    assert.equal(throwing(new MillraceError('not_encodable', 'no')), 'not_encodable');
    assert.equal(throwing(new MillraceError('engine_defect', 'no')), 'user_function_failed');
    assert.equal(throwing('no'), 'user_function_failed');
  });

  it('takes back outputs and state of what was not committed', () => {
    const run = runOperator(seen);
    run.feed(chunkOf(ids.records.slice(0, 1)));
    assert.equal(run.commit().length, 1);
    run.feed(ids);
    assert.equal(run.values.length, 2);
    run.abort();
    assert.equal(run.values.length, 1);
    assert.equal(run.entries().length, 1);
    assert.equal(run.feed(ids).main.records.length, 1);
  });

  it('goes on from what was committed after a restart', () => {
    const run = runOperator(seen);
    run.feed(chunkOf(ids.records.slice(0, 1)));
    run.commit();
    run.feed(ids);
    run.restart();
    assert.deepEqual(
      run.feed(ids).main.records.map(({ value }) => value.id),
      ['b'],
    );
  });

  it('throws what the operator throws', () => {
    const run = runOperator(
      step(() =>
        mapChunks((): Chunk<number> => {
          throw new Error('a defect');
        }),
      ),
    );
    assert.throws(() => run.feed(chunk), /a defect/);
  });

  it('refuses an operator that gives more or fewer chunks than it is fed', () => {
    const none = runOperator(step(() => () => NEVER));
    assert.throws(() => none.feed(chunk), { code: 'engine_defect', message: /step gave 0 chunks for one/ });
    const two = runOperator(step(() => concatMap((given: Chunk<number>) => of(given, given))));
    assert.throws(() => two.feed(chunk), { code: 'engine_defect', message: /step gave 2 chunks for one/ });
  });

  it('refuses an operator that is not synchronous', () => {
    const run = runOperator(step(() => delay<Chunk<number>>(1)));
    assert.throws(() => run.feed(chunk), { code: 'engine_defect' });
    run.abort();
  });

  it('refuses a side output that the operator does not declare, and state of one that declares none', () => {
    const undeclared = { ...step((context) => mapChunks((given) => (context.emit('odd', recordOf(1)), given))), ports: [] };
    assert.throws(() => runOperator(undeclared).feed(chunk), {
      code: 'engine_defect',
      message: /emits on 'odd', which it does not declare/,
    });
    const stateful: Operator<number, number, number> = {
      shape: 'step',
      name: 'stateful',
      kind: 'step',
      params: {},
      build: (context) =>
        mapChunks((given) => {
          context.store.put('a', 1, Infinity);
          return given;
        }),
    };
    const run = runOperator(stateful);
    run.feed(chunk);
    assert.throws(() => run.commit(), { code: 'engine_defect', message: /declares no state/ });
  });
});
