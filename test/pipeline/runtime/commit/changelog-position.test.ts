import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ChangelogPosition } from '../../../../pipeline/runtime/commit/changelog-position.ts';

describe('the position of a store in its changelog', () => {
  it('moves on by the records of each commit from where the restore ended', () => {
    const position = new ChangelogPosition();
    position.restored(100);
    position.stage(3);
    assert.equal(position.at, 100);
    assert.equal(position.committed(), 103);
    position.stage(2);
    assert.equal(position.committed(), 105);
    assert.equal(position.at, 105);
  });

  it('does not move by what is rolled back', () => {
    const position = new ChangelogPosition();
    position.restored(10);
    position.stage(5);
    position.stage(1);
    assert.equal(position.committed(), 11);
    assert.equal(position.committed(), 11);
  });

  it('takes an end that was seen before the commit was staged, once it is committed', () => {
    const position = new ChangelogPosition();
    position.saw(50);
    assert.equal(position.at, 0);
    position.stage(1);
    position.saw(70);
    assert.equal(position.committed(), 50);
    position.stage(0);
    assert.equal(position.committed(), 70);
  });

  it('is never above the end of the log at the last commit, nor below an end that was seen before that', () => {
    const counts = { records: fc.nat(5), besides: fc.nat(3) };
    const kinds = (['commit', 'abort', 'look'] as const).map((kind) => fc.record({ kind: fc.constant(kind), ...counts }));
    fc.assert(
      fc.property(fc.array(fc.oneof(...kinds)), (log) => {
        const position = new ChangelogPosition();
        let end = 0;
        let seen = 0;
        for (const { kind, records, besides } of log) {
          if (kind === 'look') {
            seen = end;
            position.saw(end);
            continue;
          }
          position.stage(records);
          end += records + besides;
          if (kind === 'abort') continue;
          position.committed();
          assert.ok(position.at <= end && position.at >= seen, `${position.at}, not from ${seen} to ${end}`);
        }
      }),
    );
  });
});
