import assert from 'node:assert/strict';
import { type Conduct, conductSpec, nothing } from '../../operators/screen/entry.ts';
import { signatureOf } from '../../operators/screen/min-hash.ts';
import type { Quarantined, ScreenOptions } from '../../operators/screen/options.ts';
import { excess } from '../../operators/screen/signals.ts';
import { screen, type ScreenPorts } from '../../operators/screen.ts';
import { ByteWriter } from '../../pipeline/core/bytes.ts';
import { versioned } from '../../pipeline/core/key.ts';
import type { Operator } from '../../pipeline/core/operator.ts';
import { operatorContract } from '../../pipeline/testing/contracts/operator-contract.ts';
import { chunkOf, partitionRecords, recordOf } from '../../pipeline/testing/records.ts';
import { runOperator } from '../../pipeline/testing/run-operator.ts';

interface Remark {
  readonly who: string;
  readonly about: string;
  readonly text?: string;
  readonly after?: number;
}

type Options = Omit<ScreenOptions<Remark, 'who'>, 'key' | 'window'>;
type Screen = Operator<Remark, Remark, Conduct, ScreenPorts<Remark>, 'who'>;

const window = 60_000;
const screened = (options: Options): Screen => screen('screen', { key: ['who'], window, ...options });
const text = versioned('1', (remark: Remark) => remark.text);
const after = versioned('1', (remark: Remark) => remark.after);

const at = (time: number, value: Partial<Remark> = {}) => recordOf<Remark>({ who: 'ann', about: 'a', ...value }, { time });

/** What passes and what is held back, in letters and grounds, of remarks that come at times. */
const told = (
  options: Options,
  records: ReadonlyArray<ReturnType<typeof at>>,
): { passed: number; held: ReadonlyArray<Quarantined<Remark>> } => {
  const run = runOperator(screened(options));
  run.feed(chunkOf(records));
  return { passed: run.values.length, held: run.port('quarantined').map(({ value }) => value) };
};

const copy = 'buy the very best watches at my shop today';

const everything = (spoil: (value: Remark) => void = () => undefined): Screen =>
  screened({
    threshold: 0.4,
    rate: { most: 3 },
    spread: { of: ['about'], most: 2 },
    pace: { over: 3, least: 500 },
    delay: { of: after, least: 1_000 },
    texts: {
      of: versioned('1', (remark: Remark) => {
        spoil(remark);
        return remark.text;
      }),
      most: 1,
    },
  });

const remarks = partitionRecords<Remark>(
  [
    { who: 'ann', about: 'a', text: copy },
    { who: 'bob', about: 'a', text: 'something else entirely, and long enough' },
    { who: 'ann', about: 'b', text: copy },
    { who: 'ann', about: 'c', text: copy, after: 5 },
    { who: 'ann', about: 'd', text: copy, after: -5 },
    { who: 'bob', about: 'b', text: 'no' },
    { who: 'ann', about: 'e', text: copy },
    { who: 'ann', about: 'f' },
  ].map((value, place) => ({ value, time: 100_000 + place * 400 })),
);

describe('screen', () => {
  for (const clause of operatorContract(everything, remarks)) it(clause.name, () => clause.run());

  it('passes what is usual, whoever else is busy', () => {
    const busy = Array.from({ length: 50 }, (_, place) => at(place * 10, { who: 'bot', about: `x${place}` }));
    const run = runOperator(screened({ rate: { most: 5 }, spread: { of: ['about'], most: 5 } }));
    run.feed(chunkOf([...busy, at(600), at(700)]));
    assert.equal(run.values.filter(({ who }) => who === 'ann').length, 2);
    assert.equal(run.values.filter(({ who }) => who === 'bot').length, 9);
  });

  it('holds back what is twice the usual rate, says so, and passes again when it is calm', () => {
    const flood = Array.from({ length: 12 }, (_, place) => at(place * 100));
    const { passed, held } = told({ rate: { most: 5 } }, [...flood, at(40_000), at(100_000), at(200_000)]);
    assert.deepEqual([passed, held.length], [11, 4]);
    assert.deepEqual(held[0]?.grounds, [{ signal: 'rate', score: 0.5, reason: '10 submissions within 60 s, at most 5 are usual' }]);
    assert.ok(held.every(({ score }) => score >= 0.5));
  });

  it('slides the window: the one before counts as far as it still reaches', () => {
    const flood = Array.from({ length: 10 }, (_, place) => at(59_000 + place));
    const soon = told({ rate: { most: 5 } }, [...flood, at(61_000)]);
    assert.match(soon.held.at(-1)?.grounds[0]?.reason ?? '', /^10\.8 submissions/);
    assert.equal(told({ rate: { most: 5 } }, [...flood, at(110_000)]).held.length, 1);
  });

  it('holds back one submitter over many keys, not many remarks on one', () => {
    const over = (about: (place: number) => string) => Array.from({ length: 200 }, (_, place) => at(place, { about: about(place) }));
    assert.equal(
      told(
        { spread: { of: ['about'], most: 10 } },
        over(() => 'same'),
      ).held.length,
      0,
    );
    const { held } = told(
      { spread: { of: ['about'], most: 10 } },
      over((place) => `k${place}`),
    );
    assert.equal(held.length, 181);
    assert.equal(held[0]?.grounds[0]?.reason, '20 different keys within 60 s, at most 10 are usual');
  });

  it('holds back much the same text again and again, not different ones nor short ones', () => {
    const say = (texts: ReadonlyArray<string | undefined>) =>
      texts.map((said, place) => at(place * 1_000, said === undefined ? {} : { text: said }));
    const options: Options = { texts: { of: text, most: 1 } };
    const long = Array.from({ length: 40 }, (_, place) => `word${place}`).join(' ');
    const { passed, held } = told(options, say([long, `${long}!`, long.toUpperCase(), `${long} indeed`]));
    assert.deepEqual([passed, held.length], [2, 2]);
    assert.equal(held[0]?.grounds[0]?.reason, 'much the same text as 2 of the last 2, at most 1 are usual');
    assert.equal(told(options, say(['no', 'no', 'no', 'no', undefined])).held.length, 0);
    assert.equal(
      told(options, say([0, 1, 2, 3].map((n) => Array.from({ length: 9 }, (_, place) => `w${n}${place}`).join(' ')))).held.length,
      0,
    );
  });

  it('holds back what is faster than people over several, not two that come together', () => {
    const options: Options = { pace: { over: 4, least: 1_000 } };
    const { passed, held } = told(
      options,
      [0, 10, 5_000, 5_010, 5_020, 5_030, 20_000].map((time) => at(time)),
    );
    assert.deepEqual([passed, held.length], [6, 1]);
    assert.equal(held[0]?.grounds[0]?.reason, 'the last 4 submissions came 10 ms apart on average, people take 1000 ms at least');
  });

  it('holds back what was said before it could be seen, or too soon after', () => {
    const { passed, held } = told(
      { delay: { of: after, least: 1_000 } },
      [-1, 400, 600, 5_000, undefined].map((ms, place) => at(place, ms === undefined ? {} : { after: ms })),
    );
    assert.deepEqual([passed, held.map(({ score }) => score)], [3, [1, 0.6]]);
    assert.equal(held[0]?.grounds[0]?.reason, 'submitted 1 ms before it could be seen');
  });

  it('names the strongest ground first, and nothing of the text', () => {
    const run = runOperator(everything());
    run.feed(chunkOf(remarks));
    const held = run.port('quarantined').map(({ value }) => value);
    assert.ok(held.length > 3);
    for (const { score, grounds } of held) {
      assert.equal(score, grounds[0]?.score);
      assert.deepEqual(
        grounds.map((ground) => ground.score),
        grounds.map((ground) => ground.score).toSorted((a, b) => b - a),
      );
      assert.ok(!JSON.stringify(grounds).includes('watches'));
    }
    assert.equal(run.counted('quarantined'), held.length);
    assert.equal(run.values.length + held.length, remarks.length);
  });

  it('forgets a submitter two windows after the last value', () => {
    const run = runOperator(screened({ rate: { most: 5 } }));
    run.feed(chunkOf([at(1_000)]));
    run.feed(chunkOf<Remark>([], { streamTime: 1_000 + 2 * window - 1 }));
    assert.equal(run.entries().length, 1);
    run.feed(chunkOf<Remark>([], { streamTime: 1_000 + 2 * window }));
    assert.equal(run.entries().length, 0);
  });

  it('writes what it remembers and reads it again', () => {
    const conduct: Conduct = {
      ...nothing(60_000),
      n: 3,
      before: 2,
      keys: [1, 2 ** 31],
      times: [1.5, 2],
      texts: [[7, signatureOf(copy, 1)!]],
    };
    const spec = conductSpec(new ByteWriter(), {});
    const read = spec.decode(spec.encode(conduct));
    assert.deepEqual(
      { ...read, texts: read.texts.map(([time, bytes]) => [time, [...bytes]]) },
      { ...conduct, texts: [[7, [...signatureOf(copy, 1)!]]] },
    );
  });

  it('scores 0 up to the limit and half at twice of it', () => {
    assert.deepEqual([excess(5, 10), excess(10, 10), excess(20, 10), excess(100, 10)], [0, 0, 0.5, 0.9]);
  });

  it('refuses a declaration with all its mistakes', () => {
    const wrong = (): unknown => screened({ threshold: 2, rate: { most: 0 }, pace: { over: 1, least: -1 } });
    assert.throws(wrong, /screen: threshold is 2.*rate\.most is 0.*pace\.over is 1.*pace\.least is -1/);
    assert.throws(() => screened({}), /no signal is given/);
  });
});
