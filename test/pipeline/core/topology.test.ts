import assert from 'node:assert/strict';
import { EMPTY, identity, map as rxMap, type Observable } from 'rxjs';
import { filter } from '../../../operators/filter.ts';
import type { Chunk } from '../../../pipeline/core/chunk.ts';
import { cut } from '../../../pipeline/core/cut.ts';
import { describe as described } from '../../../pipeline/core/describe.ts';
import { MillraceError } from '../../../pipeline/core/errors.ts';
import { fingerprints } from '../../../pipeline/core/fingerprint.ts';
import type { Topology } from '../../../pipeline/core/graph.ts';
import { mermaid } from '../../../pipeline/core/mermaid.ts';
import type { JoinOperator, Operator } from '../../../pipeline/core/operator.ts';
import type { Stream } from '../../../pipeline/core/stream.ts';
import { hours, minutes } from '../../../pipeline/core/time.ts';
import { type TopologyBuilder, topology } from '../../../pipeline/core/topology.ts';
import { type Click, clicked, deadLetter, lastVisits, paidClicks, type Visit, visits } from '../../support/clicks.ts';

const text = {
  schema: 'text',
  shape: { size: 1 },
  encode: (value: string) => Buffer.from(value),
  decode: (bytes: Buffer) => bytes.toString(),
};

const step = <T>(name: string, over: Partial<Operator<T, T, string>> = {}): Operator<T, T, string> => ({
  shape: 'step',
  name,
  kind: 'test-step',
  params: {},
  keeps: true,
  build: () => identity<Observable<Chunk<T>>>,
  ...over,
});

const meet = (
  name: string,
  right: Stream<Visit>,
  stateKey: ReadonlyArray<string> = ['user'],
): JoinOperator<Click, Visit, Click, string> => ({
  shape: 'join',
  name,
  kind: 'meet',
  params: {},
  state: text,
  stateKey,
  rightKey: ['visitor'],
  holds: hours(1),
  right,
  keeps: true,
  build: () => (left) => left.pipe(rxMap((chunk) => chunk)),
});

const mistakesOf = (declare: (t: TopologyBuilder) => void, name = 'shop'): ReadonlyArray<string> => {
  try {
    topology(name, { deadLetter }, declare);
  } catch (error) {
    assert(error instanceof MillraceError);
    assert.equal(error.code, 'bad_topology');
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.replace('  - ', ''));
  }
  return [];
};

const assertMistake = (mistakes: ReadonlyArray<string>, ...words: ReadonlyArray<string>): void => {
  assert(
    mistakes.some((mistake) => words.every((word) => mistake.includes(word))),
    `none of the mistakes has ${words.join(' and ')}:\n${mistakes.join('\n')}`,
  );
};

describe('topology', () => {
  it('builds a frozen graph and runs nothing', () => {
    const built = topology('shop', { deadLetter }, (t) => t.source('in', clicked).to('out', paidClicks));
    assert(Object.isFrozen(built) && Object.isFrozen(built.nodes) && built.nodes.every((node) => Object.isFrozen(node)));
    assert.deepEqual(
      built.nodes.map((node) => [node.name, node.kind]),
      [
        ['in', 'source'],
        ['out', 'sink'],
      ],
    );
  });

  it('tells all mistakes at once, each by name', () => {
    const mistakes = mistakesOf((t) => {
      const clicks = t.source('in', clicked);
      clicks.pipe(filter('Bad_Name', () => true)).to('out', paidClicks);
      clicks.pipe(filter('hangs', () => true));
      clicks.split('parted', { read: () => true, unread: () => false }).read.to('out', paidClicks);
      t.source('in-again', clicked).to('again', paidClicks);
      t.broadcast('unused', visits);
    }, 'Shop');
    assertMistake(mistakes, '"Shop"', 'not a name');
    assertMistake(mistakes, '"Bad_Name"', 'not a name');
    assertMistake(mistakes, '"hangs"', 'read by nothing');
    assertMistake(mistakes, '"unread"', '"parted"', 'no reader');
    assertMistake(mistakes, '"out"', 'more than once');
    assertMistake(mistakes, '"in"', '"in-again"', 'both read clicked');
    assertMistake(mistakes, '"unused"', 'used by nothing');
    assert.equal(mistakes.length, 7);
  });

  it('refuses settings for a node that does not exist', () => {
    assert.throws(
      () =>
        topology('shop', { deadLetter, nodes: { nobody: { stateLimitBytes: 1 } } }, (t) => t.source('in', clicked).to('out', paidClicks)),
      /settings for "nobody"/,
    );
  });

  it('refuses a loop through a topic, and reading its own dead letter', () => {
    assertMistake(
      mistakesOf((t) =>
        t
          .source('in', clicked)
          .pipe(filter('some', () => true))
          .to('back', clicked),
      ),
      'a loop',
      '"back"',
      '"in"',
    );
  });

  it('refuses state under a key without the partition key, unless it is partial or repartitioned before', () => {
    const keyed = { state: text, stateKey: ['page.id'] };
    const foreign = mistakesOf((t) => t.source('in', clicked).pipe(step('per-page', keyed)).to('out', paidClicks));
    assertMistake(foreign, '"per-page"', '"user"', 'repartition');
    assert.deepEqual(
      mistakesOf((t) =>
        t
          .source('in', clicked)
          .pipe(step('per-page', { ...keyed, partial: true }))
          .to('out', paidClicks),
      ),
      [],
    );
    assert.deepEqual(
      mistakesOf((t) =>
        t
          .source('in', clicked)
          .repartition('by-page', { key: ['page.id'] })
          .pipe(step('per-page', keyed))
          .to('out', paidClicks),
      ),
      [],
    );
    assertMistake(
      mistakesOf((t) =>
        t
          .source('in', clicked)
          .pipe(step('lost', { partial: true }))
          .pipe(step('after', keyed))
          .to('out', paidClicks),
      ),
      '"after"',
      'no partition key any more',
    );
  });

  it('refuses a join of streams that are not partitioned alike', () => {
    const mistakes = mistakesOf((t) => {
      const seen = t.source('visits', visits);
      t.source('in', clicked)
        .repartition('by-page', { key: ['page.id'] })
        .pipe(meet('meet', seen, ['user', 'page.id']))
        .to('out', paidClicks);
    });
    assertMistake(mistakes, '"meet"', 'not partitioned alike', 'repartition one side');
  });

  it('refuses a window whose lateness is shorter than what its input may hold, naming both', () => {
    const window = (lateness: number): Operator<Click, Click, string> =>
      step('window', { state: text, stateKey: ['user'], lateness, holds: lateness + minutes(1) });
    const declare = (lateness: number) => (t: TopologyBuilder) =>
      t
        .source('in', clicked)
        .pipe(meet('meet', t.source('visits', visits)))
        .pipe(window(lateness))
        .to('out', paidClicks);
    assertMistake(mistakesOf(declare(minutes(59))), '"window"', '"meet"', 'lateness');
    assert.deepEqual(mistakesOf(declare(hours(1))), []);
  });

  it('refuses a repartition of values that nobody knows how to write', () => {
    const mistakes = mistakesOf((t) => {
      const made: Operator<Click, Visit> = { shape: 'step', name: 'make', kind: 'make', params: {}, build: () => () => EMPTY };
      t.source('in', clicked)
        .pipe(made)
        .repartition('by-country', { key: ['country'] })
        .to('out', visits);
    });
    assertMistake(mistakes, '"by-country"', '"make"', 'give it a type');
  });
});

describe('the cut of a topology', () => {
  const shop = (): Topology =>
    topology('shop', { deadLetter }, (t) => {
      const met = t.source('in', clicked).pipe(meet('meet', t.source('seen', visits)));
      met.to('out', paidClicks);
      met
        .repartition('by-page', { key: ['page.id'] })
        .pipe(step('per-page', { state: text, stateKey: ['page.id'] }))
        .to('pages', paidClicks);
      t.source('last', lastVisits).to('last-out', visitsCopy);
    });
  const visitsCopy = { ...lastVisits, name: 'visits.copy' };

  it('ends at every topic boundary', () => {
    assert.deepEqual(
      cut(shop()).map(({ name, entries, nodes }) => [name, entries.map((entry) => entry.name), nodes.map((node) => node.name)]),
      [
        ['in', ['in', 'seen'], ['meet', 'out', 'by-page']],
        ['by-page', ['by-page'], ['per-page', 'pages']],
        ['last', ['last'], ['last-out']],
      ],
    );
  });

  it('prints the same for equal declarations', () => {
    assert.deepEqual(described(shop()), described(shop()));
    assert.equal(mermaid(shop()), mermaid(shop()));
    assert.match(mermaid(shop()), /subgraph sub_by_page/);
  });

  it('gives each stateful node a fingerprint that changes with what shapes its state', () => {
    const with_ = (size: number): string | undefined =>
      fingerprints(
        topology('shop', { deadLetter }, (t) =>
          t
            .source('in', clicked)
            .pipe(step('keeps', { state: { ...text, shape: { size } }, stateKey: ['user'] }))
            .to('out', paidClicks),
        ),
      ).get('keeps')?.hash;
    assert.equal(with_(1), with_(1));
    assert.notEqual(with_(1), with_(2));
  });
});
