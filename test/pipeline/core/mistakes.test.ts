import assert from 'node:assert/strict';
import { identity, type Observable } from 'rxjs';
import { filter } from '../../../operators/filter.ts';
import type { Chunk } from '../../../pipeline/core/chunk.ts';
import { MillraceError } from '../../../pipeline/core/errors.ts';
import type { JoinOperator, Operator } from '../../../pipeline/core/operator.ts';
import type { Stream } from '../../../pipeline/core/stream.ts';
import { hours, minutes } from '../../../pipeline/core/time.ts';
import { compactedTopic, rawTopic, topic } from '../../../pipeline/core/topic.ts';
import { type TopologyBuilder, topology } from '../../../pipeline/core/topology.ts';
import { type Click, clicked, clickType, deadLetter, paidClicks, type Visit, visits, visitType } from '../../support/clicks.ts';

const text = { schema: 'text', shape: {}, encode: (value: string) => Buffer.from(value), decode: (bytes: Buffer) => bytes.toString() };

const step = <T>(name: string, over: Partial<Operator<T, T, string>> = {}): Operator<T, T, string> => ({
  shape: 'step',
  name,
  kind: 'test-step',
  params: {},
  keeps: true,
  build: () => identity<Observable<Chunk<T>>>,
  ...over,
});

const keyed = (...stateKey: ReadonlyArray<string>): Partial<Operator<Click, Click, string>> => ({ state: text, stateKey });

const meet = (
  right: Stream<Visit>,
  over: Partial<JoinOperator<Click, Visit, Click, string>> = {},
): JoinOperator<Click, Visit, Click, string> => ({
  shape: 'join',
  name: 'meet',
  kind: 'meet',
  params: {},
  state: text,
  stateKey: ['user'],
  rightKey: ['visitor'],
  right,
  keeps: true,
  build: () => identity,
  ...over,
});

/** The mistakes of a declaration, a line each. */
const mistakesOf = (declare: (t: TopologyBuilder) => void, letters = deadLetter): ReadonlyArray<string> => {
  try {
    topology('shop', { deadLetter: letters }, declare);
    return [];
  } catch (error) {
    assert(error instanceof MillraceError && error.code === 'bad_topology');
    return error.message.split('\n').slice(1);
  }
};

/** What is said of a chain of operators between a source of clicks and a sink. */
const ofChain = (...operators: ReadonlyArray<Operator<Click, Click, string>>): ReadonlyArray<string> =>
  mistakesOf((t) =>
    operators.reduce<Stream<Click>>((stream, operator) => stream.pipe(operator), t.source('in', clicked)).to('out', paidClicks),
  );

describe('a declaration is refused', () => {
  it('for state that does not say under which fields it is kept', () => {
    const [mistake, ...others] = ofChain(step('keeps', { state: text }));
    assert.match(mistake ?? '', /"keeps" keeps state but does not say under which fields/);
    assert.deepEqual(others, []);
  });

  it('for state behind a step that leaves the partition key out, not behind one that moves it or says where it is', () => {
    const after = step<Click>('after', keyed('page.id'));
    assert.match(ofChain(step('move', { moves: { at: 'at' } }), after)[0] ?? '', /"after" keeps state, but its input has no partition key/);
    assert.deepEqual(ofChain(step('move', { moves: { user: 'page.id' } }), after), []);
    assert.deepEqual(ofChain(step('say', { keyed: ['page.id'] }), after), []);
  });

  it('for a key that lacks a part, unless a whole record that holds it is in the key', () => {
    assert.deepEqual(ofChain(step('say', { keyed: ['page.id', 'page.section'] }), step('after', keyed('page.*'))), []);
    assert.match(
      ofChain(step('say', { keyed: ['page.id', 'user'] }), step('after', keyed('page.*')))[0] ?? '',
      /"after" keeps its state under "page\.\*", which lacks "user"/,
    );
  });

  it('for a join of which one side has no key, or that matches other fields than those that part the streams', () => {
    const unkeyed = (t: TopologyBuilder): Stream<Click> => t.source('in', clicked).pipe(step('partial', { partial: true }));
    assert.match(
      mistakesOf((t) =>
        unkeyed(t)
          .pipe(meet(t.source('seen', visits)))
          .to('out', paidClicks),
      )[0] ?? '',
      /no key on the left/,
    );
    const crossed = mistakesOf((t) => {
      const seen = t.source('seen', visits);
      t.source('in', clicked)
        .pipe(meet(seen, { stateKey: ['page.id'], rightKey: ['country'] }))
        .to('out', paidClicks);
    });
    assert.match(crossed[0] ?? '', /"meet": its sides are not partitioned alike.*matches "page\.id" with "country"/);
  });

  it('for a window behind the slower side of a join, and names that side', () => {
    const declare = (lateness: number) => (t: TopologyBuilder) => {
      const slow = t.source('seen', visits).pipe(step<Visit>('slow', { holds: hours(2) }));
      t.source('in', clicked)
        .pipe(meet(slow))
        .pipe(step('window', { ...keyed('user'), lateness }))
        .to('out', paidClicks);
    };
    assert.match(
      mistakesOf(declare(hours(1)))[0] ?? '',
      /"window" takes records up to 3600000 ms late, but "slow" before it may hold them/,
    );
    assert.deepEqual(mistakesOf(declare(hours(2))), []);
  });

  it('for a window behind a merge with a slower stream', () => {
    const declare = (swap: boolean) => (t: TopologyBuilder) => {
      const slow = t.source('seen', paidClicks).pipe(step<Click>('slow', { holds: minutes(5) }));
      const fast = t.source('in', clicked);
      const merged = swap ? slow.merge('both', fast) : fast.merge('both', slow);
      merged.pipe(step('window', { ...keyed('user'), lateness: minutes(1) })).to('out', { ...paidClicks, name: 'out' });
    };
    for (const swap of [false, true]) assert.match(mistakesOf(declare(swap))[0] ?? '', /"window".*"slow"/);
  });

  it('for state behind a merge of streams with different keys', () => {
    const mistakes = mistakesOf((t) => {
      const byPage = t.source('pages', topic('pages', { type: clickType, key: ['page.id'], time: 'at' }));
      t.source('in', clicked)
        .merge('both', byPage)
        .pipe(step('after', keyed('user', 'page.id')))
        .to('out', paidClicks);
    });
    assert.match(mistakes[0] ?? '', /"after" keeps state, but its input has no partition key any more/);
  });

  it('for state behind a side output, whose values nobody has said anything of', () => {
    const parted: Operator<Click, Click, string, { readonly late: Click }> = {
      shape: 'step',
      name: 'window',
      kind: 'test-step',
      params: {},
      state: text,
      stateKey: ['user'],
      keeps: true,
      ports: ['late'],
      build: () => identity,
    };
    const mistakes = mistakesOf((t) => {
      const windows = t.source('in', clicked).pipe(parted);
      windows.to('out', paidClicks);
      windows
        .port('late')
        .pipe(step('after', keyed('user')))
        .to('late', { ...paidClicks, name: 'late' });
    });
    assert.match(mistakes[0] ?? '', /"after" keeps state, but its input has no partition key/);
  });

  it('for a split without a case', () => {
    const mistakes = mistakesOf((t) => t.source('in', clicked).split('parted', {}));
    assert(
      mistakes.some((mistake) => mistake.includes('split "parted" has no cases')),
      mistakes.join('\n'),
    );
  });

  it('for reading its own dead letter', () => {
    const mistakes = mistakesOf((t) => t.source('in', clicked).to('out', paidClicks), rawTopic(clicked.name));
    assert.deepEqual(mistakes, [`  - a loop: "in" reads the topology's own dead letter`]);
  });

  it('for a side output that the operator does not have, naming those that it has', () => {
    const wide = { ...step<Click>('window'), ports: ['late'] };
    const mistakes = mistakesOf((t) => {
      const windows = t.source('in', clicked).pipe(wide) as Stream<Click, 'user', { readonly early: Click }>;
      windows.to('out', paidClicks);
      windows.port('early').to('early', { ...paidClicks, name: 'early' });
    });
    assert.deepEqual(mistakes, ['  - "early" reads the port "early" of "window", which has late']);
  });

  it('for a loop that leads through both sides of a merge, once', () => {
    const mistakes = mistakesOf((t) => {
      const clicks = t.source('in', clicked);
      clicks.merge('twice', clicks.pipe(filter('some', () => true))).to('back', clicked);
    });
    assert.deepEqual(mistakes, ['  - a loop: "back" writes the topic that "in" above it reads']);
  });
});

describe('a topic', () => {
  it('has a name that Kafka takes', () => {
    for (const name of ['', 'a b', 'a/b', 'x'.repeat(250)]) assert.throws(() => rawTopic(name), { code: 'bad_topic' });
    assert.equal(rawTopic('a.B_c-9').name, 'a.B_c-9');
  });

  it('has a key', () => {
    assert.throws(() => topic('empty', { type: clickType, key: [] }), {
      code: 'bad_topic',
      message: /topic empty: the key needs at least one/,
    });
  });

  it('has a time that its schema has as a timestamp', () => {
    assert.throws(() => topic('timeless', { type: clickType, key: ['user'], time: 'page.id' }), { code: 'bad_topic' });
  });

  it('is compacted if it is declared so, and keeps its other settings', () => {
    const { compacted, config } = compactedTopic('last', { type: visitType, key: ['visitor'], config: { 'retention.ms': '-1' } });
    assert.deepEqual([compacted, config], [true, { 'cleanup.policy': 'compact', 'retention.ms': '-1' }]);
  });
});
