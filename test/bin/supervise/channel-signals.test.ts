import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { channelSignals } from '../../../bin/supervise/channel-signals.ts';

interface Heard {
  readonly process: EventEmitter;
  readonly heard: string[];
}

/** A process that listens, unless it has not come to that yet. */
const heardBy = (isListening = true): Heard => {
  const process = new EventEmitter();
  const heard: string[] = [];
  const signals = channelSignals(process, (code) => void heard.push(`exit ${code}`));
  if (isListening) {
    signals.on('SIGTERM', () => void heard.push('SIGTERM'));
    signals.on('SIGINT', () => void heard.push('SIGINT'));
  }
  return { process, heard };
};

describe('a process that has a parent', () => {
  const cases: ReadonlyArray<readonly [what: string, told: ReadonlyArray<readonly [string, string?]>, heard: ReadonlyArray<string>]> = [
    ['hears its parent', [['message', 'end']], ['SIGTERM']],
    ['hears a signal', [['SIGINT']], ['SIGINT']],
    ['hears a wish once that both tell', [['SIGINT'], ['message', 'end']], ['SIGINT']],
    ['hears a wish once in whichever order', [['message', 'end'], ['SIGTERM']], ['SIGTERM']],
    ['hears a second wish', [['message', 'end'], ['SIGTERM'], ['SIGTERM'], ['message', 'end']], ['SIGTERM', 'SIGTERM']],
    ['hears that its parent has gone', [['disconnect']], ['SIGTERM']],
    ['hears a parent once that asks and goes', [['message', 'end'], ['disconnect']], ['SIGTERM']],
    ['hears nothing else', [['message', 'hello']], []],
  ];
  for (const [what, told, expected] of cases) {
    it(what, () => {
      const { process, heard } = heardBy();
      for (const [event, message] of told) process.emit(event, message);
      assert.deepEqual(heard, expected);
    });
  }

  it('ends at once when it is asked before it listens: in order for its parent, else by the signal', () => {
    const asked = heardBy(false);
    asked.process.emit('message', 'end');
    assert.deepEqual(asked.heard, ['exit 0']);
    const signalled = heardBy(false);
    signalled.process.emit('SIGINT');
    assert.deepEqual(signalled.heard, ['exit 130']);
  });
});
