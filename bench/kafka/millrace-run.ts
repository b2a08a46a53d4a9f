import { combine } from '../../operators/combine.ts';
import { filter } from '../../operators/filter.ts';
import { map } from '../../operators/map.ts';
import { count } from '../../operators/aggregates/count.ts';
import { fields } from '../../operators/aggregates/fields.ts';
import { of } from '../../operators/aggregates/of.ts';
import { sum } from '../../operators/aggregates/sum.ts';
import { tumble } from '../../operators/tumble.ts';
import { httpRegistry } from '../../pipeline/avro/http-registry.ts';
import { createWire } from '../../pipeline/avro/wire.ts';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import { noLog } from '../../pipeline/core/ports/log.ts';
import { noMeter } from '../../pipeline/core/ports/meter.ts';
import { hours, minutes } from '../../pipeline/core/time.ts';
import { versioned } from '../../pipeline/core/key.ts';
import { topology } from '../../pipeline/core/topology.ts';
import { Runner } from '../../pipeline/runtime/runner.ts';
import { defaultSettings } from '../../pipeline/runtime/settings.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { memoryStore } from '../../pipeline/state/memory-store.ts';
import { isValid, minuteSumType, type Score, topicsOf } from './job.ts';
import { MeasuredProgram } from './measured-program.ts';

const [brokers = '', registry = '', run = '', warmUp = '0', slot = '0'] = process.argv.slice(2);
const topics = topicsOf(run);

const totals = fields({
  n: count(),
  sum: of(
    versioned('value', (score: Score) => score.value),
    sum(),
  ),
});

const job = topology(`bench-${run}`, { deadLetter: topics.deadLetter }, (t) => {
  const valid = t.source('scores', topics.scores).pipe(filter('valid', isValid));
  valid.to('forwarded', topics.valid);
  valid
    .pipe(tumble('part-1m', { size: minutes(1), lateness: hours(1), per: { model: 'model' }, aggregate: totals, partial: true }))
    .repartition('by-model', { key: ['dims.model'] })
    .pipe(combine('sum-1m', totals))
    .pipe(map('row', ({ dims, start, value }) => ({ model: dims.model, start, ...value }), { output: minuteSumType }))
    .to('sums', topics.sums);
});

const cluster = kafkaCluster({ brokers, clientId: `bench-${run}`, clock: systemClock });
const runner = await Runner.start(
  job,
  {
    cluster,
    wire: createWire(httpRegistry({ url: registry })),
    clock: systemClock,
    meter: noMeter,
    log: noLog,
    makeStore: (spec, { node }) => memoryStore(spec, { node }),
  },
  { ...defaultSettings, slot },
);

const recordsRead = (): number => {
  let read = 0;
  for (const task of runner.tasks) for (const { at, position } of task.queues) if (at.topic === topics.scores.name) read += position;
  return read;
};

const program = new MeasuredProgram(Number(warmUp), {
  guarantee: 'exactly_once',
  store: 'memory',
  'commit every, ms': String(defaultSettings.commitEvery),
  node: process.version,
});
while (!program.isEnded) {
  await runner.step(100);
  program.read(recordsRead());
}
program.finish();
await runner.close();
await cluster.close();
