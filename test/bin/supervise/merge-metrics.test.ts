import assert from 'node:assert/strict';
import { mergeMetrics } from '../../../bin/supervise/merge-metrics.ts';
import { relayLines } from '../../../bin/supervise/relay-lines.ts';
import { noLog } from '../../../pipeline/core/ports/log.ts';
import { prometheusMeter } from '../../../pipeline/runtime/prometheus-meter.ts';

describe('mergeMetrics', () => {
  it('gives each sample the slot of its process, and tells each family once', () => {
    const text = (value: number): string =>
      ['# HELP a Help of a.', '# TYPE a counter', `a{node="x{\\"}"} ${value}`, '', '# HELP b Of b.', '# TYPE b gauge', `b ${value}`].join(
        '\n',
      );
    assert.equal(
      mergeMetrics([
        { slot: 's-0', text: text(1) },
        { slot: 's-1', text: text(2) },
      ]),
      [
        ...['# HELP a Help of a.', '# TYPE a counter', 'a{slot="s-0",node="x{\\"}"} 1', 'a{slot="s-1",node="x{\\"}"} 2', ''],
        ...['# HELP b Of b.', '# TYPE b gauge', 'b{slot="s-0"} 1', 'b{slot="s-1"} 2', ''],
      ].join('\n'),
    );
  });

  it('loses no sample of what a process really tells', async () => {
    const meter = prometheusMeter();
    meter.count('records_in_total', { topology: 't', node: 'n' }, 3);
    const text = await meter.scrape();
    const samples = (page: string): ReadonlyArray<string> => page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const merged = samples(mergeMetrics([{ slot: 'a', text }]));
    assert.deepEqual(
      merged.map((line) => line.replace('slot="a",', '').replace('{slot="a"}', '')),
      samples(text),
    );
    assert.ok(merged.length > 20);
  });
});

describe('relayLines', () => {
  it('tells the slot in each line, and wraps what is not structured', () => {
    const printed: string[] = [];
    const logged: string[] = [];
    const log = { ...noLog, error: (fields: object, message: string) => void logged.push(JSON.stringify({ ...fields, message })) };
    const { onOutput, onError } = relayLines('s-1', {
      print: (text) => void printed.push(text),
      writeLog: (text) => void logged.push(text),
      log,
    });
    onOutput('feedback runs');
    onError('{"level":30,"msg":"x"}');
    onError('fenced: another process');
    onError('');
    assert.deepEqual(printed, ['s-1: feedback runs\n']);
    assert.deepEqual(logged, ['{"slot":"s-1","level":30,"msg":"x"}\n', '{"slot":"s-1","message":"fenced: another process"}']);
  });
});
