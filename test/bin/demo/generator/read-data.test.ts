import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { readBandit } from '../../../../bin/demo/generator/read-bandit.ts';
import { readData } from '../../../../bin/demo/generator/read-data.ts';
import { readDigits } from '../../../../bin/demo/generator/read-digits.ts';
import { realData } from '../demo-runs.ts';

const prediction = {
  inference_id: '1ebabcd2-7f73-5897-bb2f-c1f52a3a6a63',
  model_name: 'digits',
  model_version: 'digits-v1',
  at: 1772438403.6,
  pixels: [0, 16],
  logits: [1, 2],
  predicted: 1,
  truth: 0,
};
const header = 'timestamp,policy,row,item_id,position,click,propensity,user_feature_0';
const row = '2019-11-24 00:01:03.979311+00:00,bts,0,2,2,1,0.045525,cef3390e';

describe('reading the data', () => {
  it('finds every row of the project’s files', () => {
    const { digits, bandit } = realData();
    assert.equal(digits.length, 6_000);
    assert.equal(bandit.length, 20_000);
    assert.equal(bandit.filter(({ clicked, policy }) => clicked && policy === 'random').length, 46);
    assert.equal(bandit.filter(({ clicked, policy }) => clicked && policy === 'bts').length, 69);
  });

  it('keeps times to the microsecond', () => {
    assert.equal(readDigits(JSON.stringify(prediction)).rows[0]?.at, 1_772_438_403_600_000);
    assert.equal(readBandit(`${header}\n${row}`).rows[0]?.at, Date.UTC(2019, 10, 24, 0, 1, 3) * 1e3 + 979_311);
    assert.equal(readBandit(`${header}\n${row.replace('.979311', '')}`).rows[0]?.at, Date.UTC(2019, 10, 24, 0, 1, 3) * 1e3);
  });

  it('reads a row of impressions into what is known of it', () => {
    const { at: _, ...rest } = readBandit(`${header}\r\n${row}\r\n`).rows[0]!;
    const features = { user_feature_0: 'cef3390e' };
    assert.deepEqual(rest, { policy: 'bts', row: '0', item_id: '2', position: 2, clicked: true, propensity: 0.045525, features });
  });

  it('names the line and the field of what does not fit', () => {
    const lines = [prediction, { ...prediction, truth: 2 }, { ...prediction, logits: 'none' }, prediction].map((line) =>
      JSON.stringify(line),
    );
    const { rows, problems } = readDigits([...lines, '{"half":'].join('\n'));
    assert.equal(rows.length, 1);
    assert.deepEqual(
      problems.map(({ line }) => line),
      [2, 3, 4, 5],
    );
    assert.match(problems[0]!.reason, /predicted or truth is no class/);
    assert.match(problems[1]!.reason, /logits/);
    assert.match(problems[2]!.reason, /1ebabcd2-7f73-5897-bb2f-c1f52a3a6a63 was on line 1 already/);
  });

  const misfits: ReadonlyArray<readonly [what: string, line: string, reason: RegExp]> = [
    ['a local time', row.replace('+00:00', '+09:00'), /timestamp/],
    ['a click of 2', row.replace(',1,0.045525', ',2,0.045525'), /click/],
    ['a propensity of 0', row.replace('0.045525', '0'), /propensity/],
    ['a propensity above 1', row.replace('0.045525', '1.5'), /propensity/],
    ['a missing column', row.replace(',cef3390e', ''), /7 columns instead of 8/],
  ];
  for (const [what, line, reason] of misfits) {
    it(`refuses ${what}`, () => {
      const { rows, problems } = readBandit(`${header}\n${line}`);
      assert.equal(rows.length, 0);
      assert.equal(problems[0]!.line, 2);
      assert.match(problems[0]!.reason, reason);
    });
  }

  describe('of a folder', () => {
    let folder = '';
    beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'millrace-data-'))));
    afterEach(() => {
      rmSync(folder, { recursive: true });
    });
    const write = (digits: string, bandit: string): void => {
      writeFileSync(path.join(folder, 'digits-predictions.jsonl.gz'), gzipSync(digits));
      writeFileSync(path.join(folder, 'open-bandit-men.csv.gz'), gzipSync(bandit));
    };

    it('complains of both files at once, by file and line', () => {
      write(`{}\n${JSON.stringify(prediction)}`, `${header}\nnonsense`);
      assert.throws(() => readData(folder), /digits-predictions\.jsonl\.gz:1: .*\n.*open-bandit-men\.csv\.gz:2: 1 columns instead of 8/);
    });

    it('shows ten bad lines and counts the others', () => {
      write('{}\n'.repeat(13), `${header}\n${row}`);
      assert.throws(() => readData(folder), /jsonl\.gz:10: .*\n.*3 more lines do not fit/);
    });

    it('says when a file has no row, or is not there', () => {
      write(JSON.stringify(prediction), header);
      assert.throws(() => readData(folder), /open-bandit-men\.csv\.gz: there is no row/);
      rmSync(path.join(folder, 'open-bandit-men.csv.gz'));
      assert.throws(() => readData(folder), { code: 'bad_config', message: /open-bandit-men\.csv\.gz in .* cannot be read as gzip/ });
    });
  });
});
