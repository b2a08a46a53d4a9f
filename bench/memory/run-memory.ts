import { BenchTask } from '../support/bench-task.ts';
import { chunkOf, chunkSize, type Fed, startTime } from '../support/fed.ts';
import { feedbackAt, inferenceAt } from '../support/feedback-input.ts';
import { memoryTopology, within } from './topology.ts';
import type { MemorySample } from './memory-suite.ts';

/** `run-memory.ts RECORDS PER_HOUR`: one line of JSON a sample, all of them in the last. Needs `node --expose-gc`. */
const [total = '0', hourly = '1'] = process.argv.slice(2);
const perHour = Number(hourly);
const chunks = Math.ceil(Number(total) / chunkSize);
const samplesTaken = 40;
const commitEvery = 10;

const { gc } = globalThis;
if (gc === undefined) throw new Error('run this with node --expose-gc');

const timeOf = (offset: number): number => startTime + Math.floor((offset / perHour) * within);
const inferences = (n: number): Fed =>
  chunkOf(n, { entry: 'inferences', topic: 'inference.logged' }, (offset) => ({ value: inferenceAt(offset), time: timeOf(offset) }));
/** One in ten is a repeat, one in ten judges an inference that nobody logged, one in ten comes before its inference. */
const feedback = (n: number): Fed =>
  chunkOf(n, { entry: 'feedback', topic: 'feedback.received' }, (offset) => {
    const id = offset % 10 === 9 ? offset - 5 : offset;
    const target = id % 10 === 3 ? 1e11 + id : id % 10 === 7 ? id + 3_000 : Math.max(0, id - 3_000);
    return { value: feedbackAt(target, id, 0), time: timeOf(offset) };
  });

const task = new BenchTask(memoryTopology);
const samples: MemorySample[] = [];
const sample = async (records: number): Promise<void> => {
  await task.commit();
  gc();
  const { rss, heapUsed, external } = process.memoryUsage();
  const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10;
  const taken = { records, rss: megabytes(rss), heap: megabytes(heapUsed), external: megabytes(external), entries: task.entries };
  samples.push(taken);
  console.log(JSON.stringify(taken));
};

for (let n = 0; n < chunks; n += 1) {
  task.feed(n % 2 === 0 ? inferences(n / 2) : feedback((n - 1) / 2));
  if (n % commitEvery === commitEvery - 1) await task.commit();
  if ((n + 1) % Math.max(1, Math.floor(chunks / samplesTaken)) === 0) await sample((n + 1) * chunkSize);
}
console.log(JSON.stringify(samples));
