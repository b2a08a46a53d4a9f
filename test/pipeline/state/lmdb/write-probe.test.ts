import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { probeWrite } from '../../../../pipeline/state/lmdb/write-probe.ts';

describe('probeWrite', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'millrace-probe-'));
  });

  const probed = (flags: string): unknown => {
    const file = path.join(folder, 'file');
    writeFileSync(file, 'as it was');
    const fd = openSync(file, flags);
    try {
      return probeWrite(fd);
    } finally {
      closeSync(fd);
      assert.equal(readFileSync(file, 'utf8'), 'as it was');
    }
  };

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('finds nothing wrong with a file that takes more, and leaves it as it was', () => {
    assert.equal(probed('r+'), undefined);
  });
});
