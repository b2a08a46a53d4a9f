import assert from 'node:assert/strict';
import fc from 'fast-check';
import { signatureOf, similarity } from '../../../operators/screen/min-hash.ts';

const word = fc.integer({ min: 0, max: 5_000 }).map((n) => `w${n.toString(36)}`);

/** The Jaccard index itself, of runs of three words. */
const jaccard = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): number => {
  const runs = (words: ReadonlyArray<string>): Set<string> =>
    new Set(words.slice(0, Math.max(1, words.length - 2)).map((_, at) => words.slice(at, at + 3).join(' ')));
  const [left, right] = [runs(a), runs(b)];
  const common = [...left].filter((run) => right.has(run)).length;
  return common / (left.size + right.size - common);
};

const estimate = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): number => {
  const [left, right] = [a, b].map((words) => signatureOf(words.join(' '), 1)!);
  return similarity(left!, right!);
};

describe('signatures of texts', () => {
  it('estimate the share of common runs of words, within five standard errors', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 10, maxLength: 80 }), fc.array(word, { maxLength: 40 }), fc.nat(40), (a, more, cut) => {
        const b = [...a.slice(Math.min(cut, a.length - 3)), ...more];
        const exact = jaccard(a, b);
        const error = 5 * Math.sqrt(Math.max(exact * (1 - exact), 0.02) / 64);
        assert.ok(Math.abs(estimate(a, b) - exact) <= error, `${estimate(a, b)} for ${exact}`);
      }),
    );
  });

  it('have no bias: over many pairs of half alike texts the mean is right to a hundredth', () => {
    let [sum, exact] = [0, 0];
    const pairs = 400;
    for (let pair = 0; pair < pairs; pair += 1) {
      const a = Array.from({ length: 60 }, (_, at) => `p${pair}x${at}`);
      const b = [...a.slice(20), ...Array.from({ length: 20 }, (_, at) => `q${pair}x${at}`)];
      sum += estimate(a, b);
      exact += jaccard(a, b);
    }
    assert.ok(Math.abs(sum - exact) / pairs < 0.01, `${sum / pairs} for ${exact / pairs}`);
  });

  it('pass over case, punctuation and forms of characters, and do not compare what is short', () => {
    const [a, b] = [signatureOf('Buy now — at example dot com, cheap!', 3), signatureOf('  buy NOW at “example” dot ｃｏｍ cheap', 3)];
    assert.equal(similarity(a!, b!), 1);
    assert.equal(signatureOf('too long', 3), undefined);
    assert.equal(signatureOf('…', 1), undefined);
    assert.equal(signatureOf('one', 1)!.length, 64);
    assert.ok(similarity(signatureOf('one two', 1)!, signatureOf('two three', 1)!) < 0.2);
  });

  it('of a very long text take a bounded time', () => {
    const long = 'lorem ipsum dolor '.repeat(100_000);
    assert.equal(similarity(signatureOf(long, 1)!, signatureOf(long.slice(0, 40_000), 1)!), 1);
  });
});
