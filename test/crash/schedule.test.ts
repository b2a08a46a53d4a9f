import assert from 'node:assert/strict';
import { readCrashOptions } from './options.ts';
import { scheduleOf } from './schedule.ts';

const full = readCrashOptions([]);
if (full === undefined) throw new Error('no options ask for the help page');

const counted = (seed: number): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { kind } of scheduleOf({ ...full, seed })) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

describe('the schedule of the crash suite', () => {
  it('has every fault that is asked for, in order of time and within the run', () => {
    assert.deepEqual(counted(1), { kill: 50, bounce: 5, scale: 3, clickhouse: 5 });
    const times = scheduleOf(full).map(({ at }) => at);
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b),
    );
    assert.ok(times.every((at) => at >= 3 && at <= full.seconds));
  });

  it('is the same for a seed and another for the next', () => {
    assert.deepEqual(scheduleOf({ ...full, seed: 7 }), scheduleOf({ ...full, seed: 7 }));
    assert.notDeepEqual(scheduleOf({ ...full, seed: 7 }), scheduleOf({ ...full, seed: 8 }));
  });

  it('lets processes come and go in turns, and kills the broker every other time', () => {
    const faults = scheduleOf(full);
    assert.deepEqual(
      faults.flatMap((fault) => (fault.kind === 'scale' ? [fault.by] : [])),
      [1, -1, 1],
    );
    assert.deepEqual(
      faults.flatMap((fault) => (fault.kind === 'bounce' ? [fault.abrupt] : [])),
      [true, false, true, false, true],
    );
  });
});

describe('the options of the crash suite', () => {
  it('are the full run unless told otherwise', () => {
    const { records, partitions, processes, kills, bounces, scalings, clickhouseKills } = full;
    assert.deepEqual([records, partitions, processes, kills, bounces, scalings, clickhouseKills], [200_000, 8, 3, 50, 5, 3, 5]);
  });

  it('leave faults time to be apart', () => {
    assert.equal(full.seconds, 572);
    assert.equal(readCrashOptions(['--seconds', '40'])?.seconds, 40);
  });

  it('refuse what is no number, and what they do not know', () => {
    assert.throws(() => readCrashOptions(['--kills', 'many']), /--kills takes a whole number, not "many"/);
    assert.throws(() => readCrashOptions(['--klls', '3']), /klls/);
  });
});
