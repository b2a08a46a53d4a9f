import assert from 'node:assert/strict';
import { replayRequest } from '../../../bin/cli/replay-request.ts';
import { replayText } from '../../../bin/cli/replay-text.ts';
import { told } from './told.ts';

const now = Date.UTC(2026, 2, 1, 9, 12, 44);

describe('what is to be replayed', () => {
  it('is all of the log, named after the time, unless something is said', () => {
    assert.deepEqual(replayRequest({}, now), {
      id: '20260301-091244',
      range: { from: undefined, to: undefined, offsets: [] },
      choice: { keys: {}, ignore: [] },
    });
  });

  it('is read from times, stretches of partitions, keys and fields to ignore', () => {
    const flags = {
      id: 'march',
      from: '2026-03-01T00:00:00Z',
      to: String(now),
      range: ['feedback.received:3:10-20'],
      key: ['clicks.paid=user,page.id'],
      ignore: ['at'],
    };
    assert.deepEqual(replayRequest(flags, now), {
      id: 'march',
      range: {
        from: Date.UTC(2026, 2, 1),
        to: now,
        offsets: [{ topic: 'feedback.received', partition: 3, from: 10, to: 20 }],
      },
      choice: { keys: { 'clicks.paid': ['user', 'page.id'] }, ignore: ['at'] },
    });
  });

  it('is refused with every mistake at once, before anything is opened', async () => {
    const args = ['--id', 'A B', '--from', 'soon', '--to', 'later', '--range', 'a:b', '--key', 'user'];
    const { code, stderr } = await told(['replay', 'feedback', ...args]);
    assert.equal(code, 2);
    for (const part of [
      '--kafka',
      '--registry',
      '--id is "A B"',
      '--from is "soon"',
      '--to is "later"',
      '--range is "a:b"',
      '--key is "user"',
    ])
      assert.ok(stderr.includes(part), `${part} in ${stderr}`);
  });
});

describe('a replay in print', () => {
  const report = {
    topology: 'clicks',
    id: 'march',
    ranges: [],
    outputs: [{ original: 'clicks.paid', replayed: 'millrace.clicks.replay-march.out.clicks.paid', table: undefined }],
    progress: { done: 7, all: 9, fed: 7 },
    isComplete: false,
    isRemoved: false,
    comparisons: undefined,
  };

  it('names what it wrote and where it ended', () => {
    assert.match(replayText(report), /^clicks: replayed 7 of 9 offsets as march, ended before the rest\n/);
    assert.match(replayText(report), /clicks\.paid +millrace\.clicks\.replay-march\.out\.clicks\.paid/);
  });

  it('counts results and shows those that differ', () => {
    const comparison = {
      topic: 'clicks.paid',
      replayed: 'x',
      records: { here: 5, there: 5 },
      same: 3,
      different: 1,
      onlyHere: 1,
      onlyThere: 0,
      open: 2,
      examples: [
        { id: 'a', is: 'different' as const, changes: ['at: 1 → 2'] },
        { id: 'b', is: 'only here' as const, changes: [] },
      ],
    };
    const text = replayText({ ...report, isRemoved: true, isComplete: true, comparisons: [comparison] });
    assert.match(text, /its topics are removed/);
    assert.match(text, /clicks\.paid +3 +1 +1 +0 +2\n/);
    assert.match(text, /\nclicks\.paid:\n {2}different: a\n {4}- at: 1 → 2\n {2}only here: b\n/);
  });
});
