import { memoryRegistry } from '../../pipeline/avro/memory-registry.ts';
import { createWire } from '../../pipeline/avro/wire.ts';
import { keyReader } from '../../pipeline/core/key.ts';
import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import { type Log, noLog } from '../../pipeline/core/ports/log.ts';
import { noMeter } from '../../pipeline/core/ports/meter.ts';
import type { RunnerDeps } from '../../pipeline/runtime/open-process.ts';
import { Runner } from '../../pipeline/runtime/runner.ts';
import { defaultSettings } from '../../pipeline/runtime/settings.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { events, eventOf, eventType, job } from './job.ts';

/** Schemas have the same ids in every process that registers them in the same order. */
const wire = createWire(memoryRegistry());
const most = 20_000;

/** Writes the events from `from` up to `to`, ms apart from `start`. */
export const sendEvents = async (
  cluster: Cluster,
  { from, to, start }: { readonly from: number; readonly to: number; readonly start: number },
): Promise<void> => {
  const encode = await wire.encoder(events.name, eventType);
  const keyOf = keyReader(events.key);
  const producer = await cluster.producer();
  let sending: Promise<unknown>[] = [];
  for (let n = from; n < to; n += 1) {
    const value = eventOf(n, start);
    sending.push(producer.send({ topic: events.name, key: Buffer.from(keyOf(value)), value: encode(value), timestamp: value.at }));
    if (sending.length < most && n + 1 < to) continue;
    await Promise.all(sending);
    sending = [];
  }
  await producer.close();
};

/** Starts the process of the job in slot 0. */
export const openRunner = (cluster: Cluster, makeStore: RunnerDeps['makeStore'], log: Log = noLog): Promise<Runner> =>
  Runner.start(job, { cluster, wire, clock: systemClock, meter: noMeter, log, makeStore }, { ...defaultSettings, slot: '0' });
