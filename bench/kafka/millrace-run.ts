import { map } from '../../operators/map.ts';
import { count } from '../../operators/aggregates/count.ts';
import { fields } from '../../operators/aggregates/fields.ts';
import { of } from '../../operators/aggregates/of.ts';
import { sum } from '../../operators/aggregates/sum.ts';
import { tumble } from '../../operators/tumble.ts';
import { validate } from '../../operators/validate.ts';
import { httpRegistry } from '../../pipeline/avro/http-registry.ts';
import { createWire } from '../../pipeline/avro/wire.ts';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import { noLog } from '../../pipeline/core/ports/log.ts';
import { noMeter } from '../../pipeline/core/ports/meter.ts';
import { seconds } from '../../pipeline/core/time.ts';
import { versioned } from '../../pipeline/core/key.ts';
import { topology } from '../../pipeline/core/topology.ts';
import { Runner } from '../../pipeline/runtime/runner.ts';
import { defaultSettings } from '../../pipeline/runtime/settings.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { memoryStore } from '../../pipeline/state/memory-store.ts';
import { isValid, minute, minuteSumType, type Score, topicsOf, warmShare } from './job.ts';
import type { Cost } from '../support/cost.ts';

const [brokers = '', registry = '', run = '', total = '0'] = process.argv.slice(2);
const topics = topicsOf(run);

const totals = fields({
  n: count(),
  sum: of(
    versioned('value', (score: Score) => score.value),
    sum(),
  ),
});

const job = topology(`bench-${run}`, { deadLetter: topics.deadLetter }, (t) => {
  const valid = t
    .source('scores', topics.scores)
    .pipe(
      validate<Score>('validate', [
        { code: 'value_out_of_range', check: (score) => (isValid(score) ? undefined : `${score.value} is out of [0, 1]`) },
      ]),
    );
  valid.to('valid', topics.valid);
  valid
    .pipe(
      tumble('sum-1m', {
        size: minute,
        lateness: seconds(10),
        per: { model: 'model' },
        aggregate: totals,
        partial: true,
      }),
    )
    .pipe(map('row', ({ dims, start, acc }) => ({ model: dims.model, start, ...totals.result(acc) }), { output: minuteSumType }))
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
  { ...defaultSettings, slot: '0', deadLetterLimit: { ratio: 1, over: 1_000_000_000, consecutive: 1_000_000_000 } },
);
let fed = 0;
let started: { readonly at: number; readonly cpu: NodeJS.CpuUsage; readonly fed: number } | undefined;
while (fed < Number(total)) {
  fed += await runner.step(100);
  if (fed >= Number(total) * warmShare) started ??= { at: performance.now(), cpu: process.cpuUsage(), fed };
}
await runner.commitNow();
const cpu = process.cpuUsage(started?.cpu);
const result: Cost = {
  records: fed - (started?.fed ?? 0),
  wallMs: performance.now() - (started?.at ?? 0),
  cpuMs: (cpu.user + cpu.system) / 1_000,
};
console.log(JSON.stringify(result));
await runner.close();
await cluster.close();
