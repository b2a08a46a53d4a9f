import assert from 'node:assert/strict';
import { childArgs, childEnv, childNodeOptions, isSupervised } from '../../../bin/supervise/child-command.ts';
import { slotsOf } from '../../../bin/supervise/run-processes.ts';

describe('the command line of a process that is watched', () => {
  it('is that of its parent, under a slot and a port of its own', () => {
    const flags = {
      processes: '2',
      slot: 'blue',
      healthPort: '9000',
      kafka: 'k:9092',
      migrate: true,
      accept: ['a=keep', 'b=reset'],
      kafkaCa: '/ca',
    };
    assert.deepEqual(childArgs('./clicks.js#clicks', flags, { slot: 'blue-1', healthPort: 9002 }), [
      ...['run', './clicks.js#clicks', '--kafka', 'k:9092', '--migrate', '--accept', 'a=keep', '--accept', 'b=reset', '--kafka-ca', '/ca'],
      ...['--slot', 'blue-1', '--health-port', '9002'],
    ]);
  });

  it('gives the young generation more room, unless somebody has chosen how much', () => {
    const of = (nodeOptions: ReadonlyArray<string>, env = {}): ReadonlyArray<string> => childNodeOptions({ nodeOptions, env });
    assert.deepEqual(of(['--enable-source-maps']), ['--enable-source-maps', '--max-semi-space-size=64']);
    assert.deepEqual(of(['--max_semi_space_size=16']), ['--max_semi_space_size=16']);
    assert.deepEqual(of([], { NODE_OPTIONS: '--max-old-space-size=400 --max-semi-space-size=8' }), []);
  });

  it('makes no parent of it, and is told from one that a person has started', () => {
    const env = childEnv({ nodeOptions: [], env: { MILLRACE_PROCESSES: '4', HOME: '/h' } });
    assert.deepEqual([env.MILLRACE_PROCESSES, env.HOME], ['', '/h']);
    assert.equal(isSupervised({ env, connected: true }), true);
    assert.equal(isSupervised({ env, connected: false }), false);
    assert.equal(isSupervised({ env: {}, connected: true }), false);
  });
});

describe('the slots of processes', () => {
  it('are numbered behind the slot of their parent', () => assert.deepEqual(slotsOf({ slot: 'blue' }, 2), ['blue-0', 'blue-1']));

  it('are the same at each start, and accepted, when none is given', () => {
    const slots = slotsOf({ slot: undefined }, 2);
    assert.deepEqual(slots, slotsOf({ slot: undefined }, 2));
    for (const slot of slots) assert.match(slot, /^[a-zA-Z0-9._-]{1,100}$/);
  });
});
