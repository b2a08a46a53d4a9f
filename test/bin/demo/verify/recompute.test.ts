import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Generated, generate } from '../../../../bin/demo/generator/generate.ts';
import type { Outcome } from '../../../../bin/demo/generator/message.ts';
import { runFiles, writeRun } from '../../../../bin/demo/generator/write-run.ts';
import { compare } from '../../../../bin/demo/verify/compare.ts';
import type { Verdict } from '../../../../bin/demo/verify/judge.ts';
import { readRun } from '../../../../bin/demo/verify/read-run.ts';
import { type Recomputed, recompute } from '../../../../bin/demo/verify/recompute.ts';
import { cleanRun, noisyRun, realData, someData } from '../demo-runs.ts';

const minute = 60e6;

const verdictOf = ({ ended, where }: Verdict): unknown => ({ ended, node: where?.[0] ?? null, code: where?.[1] ?? null });

/** The fates that the generator wrote down and the verdicts of the brute force, where both speak of the same message and differ. */
const disagreements = ({ outcomes }: Pick<Generated, 'outcomes'>, { verdicts }: Recomputed): ReadonlyArray<unknown> =>
  outcomes.flatMap(({ id, ended, node, code }: Outcome) => {
    const verdict = verdicts.get(id);
    return verdict === undefined ? [] : compare(verdictOf(verdict), { ended, node, code });
  });

const clicks = (model: string, clicked: number): unknown => [model, { n: 10_000, value: clicked / 10_000 }];

describe('the brute force', function () {
  this.timeout(60_000);

  let clean: Recomputed;
  let noisy: Recomputed;
  before(() => {
    clean = recompute(cleanRun().messages);
    noisy = recompute(noisyRun().messages);
  });

  it('finds the figures of the files in a clean run', () => {
    const { quality } = clean.result;
    const found = Object.entries(quality).filter(([key]) => /accuracy|click_rate/.test(key));
    assert.deepEqual(
      Object.fromEntries(found),
      Object.fromEntries([
        ['digits/digits-v1/accuracy', { n: 4_171, value: 3_978 / 4_171 }],
        ['digits/digits-v2/accuracy', { n: 1_829, value: 1_314 / 1_829 }],
        clicks('fashion-policy/random/click_rate', 46),
        clicks('fashion-policy/bts/click_rate', 69),
      ] as ReadonlyArray<readonly [string, unknown]>),
    );
  });

  it('rolls back digits-v2 and nothing else, with noise and without', () => {
    for (const { result, undecided } of [clean, noisy]) {
      assert.deepEqual(result.rollbacks, { 'digits/digits-v2': 'digits-v1' });
      assert.deepEqual(undecided, []);
    }
  });

  it('comes to the fates that the generator wrote down, by another way', () => {
    assert.deepEqual(disagreements(cleanRun(), clean), []);
    assert.deepEqual(disagreements(noisyRun(), noisy), []);
  });

  it('counts training examples and review tasks as the generator meant them', () => {
    for (const [run, { result }] of [
      [cleanRun(), clean],
      [noisyRun(), noisy],
    ] as const) {
      const meant = run.outcomes.flatMap(({ training, review }) => training ?? (review === null ? [] : 'review.tasks'));
      for (const [topic, n] of Object.entries(result.training)) assert.equal(n, meant.filter((name) => name === topic).length, topic);
      assert.equal(meant.length, result.ended.attributed);
    }
  });

  it('loses nothing: what ends adds up to what is sent, and coverage to the inferences that are judged', () => {
    const { ended, inferences, windows, rejected } = noisy.result;
    const sum = (counts: ReadonlyArray<number>): number => counts.reduce((total, count) => total + count, 0);
    const sent = (topic: string): number => noisyRun().messages.filter((message) => message.topic === topic).length;
    assert.equal(sum(Object.values(ended)), sent('feedback.received'));
    assert.equal(sum(Object.values(inferences)), sent('inference.logged'));
    assert.equal(sum(Object.values(rejected)), ended.rejected! + inferences.rejected!);
    const coverage = Object.entries(windows).filter(([key]) => key.endsWith('/coverage'));
    const judged = new Set(
      [...noisy.verdicts.values()].flatMap(({ judged: each }) => (each === undefined ? [] : [each.inference.inference_id])),
    );
    assert.equal(sum(coverage.map(([, row]) => row.n)), judged.size);
    assert.ok(judged.size < ended.attributed!);
    assert.equal(sum(coverage.map(([, row]) => row.inference_count)), 26_000);
  });

  it('says what a correction was made into, in full', () => {
    const run = generate({ data: { digits: realData().digits.slice(0, 400), bandit: someData().bandit }, seed: 1, clean: true });
    const correction = Object.values(recompute(run.messages).result.examples['training.corrections']).find(({ agrees }) => !agrees)!;
    const event = run.messages.flatMap(({ topic, value }) =>
      topic === 'feedback.received' && value?.feedback_id === correction.feedback_id ? [value] : [],
    )[0]!;
    const row = realData().digits.find(({ inference_id }) => inference_id === correction.inference_id)!;
    assert.equal(correction.output, String(row.predicted));
    assert.equal(correction.expected, String(row.truth));
    assert.deepEqual(correction.logits, row.logits);
    assert.equal(correction.lag_us, correction.event_time - correction.inference_started);
    assert.equal(correction.submitter_id_hash, event.submitter.id_hash);
    assert.equal(correction.model_version, row.model_version);
    assert.equal(correction.event_time, event.event_time);
  });

  it('reads the same from the files as from memory', () => {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'millrace-run-'));
    try {
      const generated = generate({ data: someData(), seed: 5, clean: false });
      writeRun(generated, directory);
      const run = readRun(runFiles(directory));
      assert.deepEqual(run.outcomes, generated.outcomes);
      assert.deepEqual(recompute(run.messages), recompute(generated.messages));
      const figures: unknown = JSON.parse(readFileSync(runFiles(directory).run, 'utf8'));
      assert.deepEqual(
        compare(figures, { ...(figures as object), seed: 5, messages: generated.messages.length, shifts: generated.shifts }),
        [],
      );
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  describe('against windows that were made another way', () => {
    /** Windows as a stream processor makes them, by `indexOf` a start of inference in µs. */
    const windowed = (indexOf: (started: number) => number): Readonly<Record<string, number>> => {
      const counts: Record<string, number> = {};
      for (const { topic, value } of cleanRun().messages) {
        if (topic !== 'inference.logged' || value === null) continue;
        const from = indexOf(value.started) * minute;
        const key = `${from}-${from + minute}/${value.model_name}/${value.model_version}/coverage`;
        counts[key] = (counts[key] ?? 0) + 1;
      }
      return counts;
    };
    const expected = (): Readonly<Record<string, number>> =>
      Object.fromEntries(
        Object.entries(clean.result.windows).flatMap(([key, row]) => (key.endsWith('/coverage') ? [[key, row.inference_count]] : [])),
      );

    it('agrees when a window holds its begin and not its end', () => {
      assert.deepEqual(
        compare(
          windowed((started) => Math.floor(started / minute)),
          expected(),
        ),
        [],
      );
    });

    for (const [direction, by, least] of [
      ['late', 1_000, 100],
      ['early', -1_000, 5],
    ] as const) {
      it(`finds bounds of windows that are a millisecond too ${direction}`, () => {
        const differences = compare(
          windowed((started) => Math.floor((started - by) / minute)),
          expected(),
        );
        assert.ok(differences.length >= least, `${differences.length} differences`);
        assert.ok(differences.every(({ path: where }) => where.endsWith('/coverage')));
      });
    }

    it('finds windows that are a minute off', () => {
      assert.ok(
        compare(
          windowed((started) => Math.floor(started / minute) + 1),
          expected(),
        ).length > 1_000,
      );
    });
  });
});
