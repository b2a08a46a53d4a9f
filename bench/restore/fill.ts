import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { memoryStore } from '../../pipeline/state/memory-store.ts';
import { partitions, topicNames } from './job.ts';
import { openRunner, sendEvents } from './open-runner.ts';

const [brokers = '', total = '0', start = '0'] = process.argv.slice(2);

/** Creates the topics and lets the job read as many events as there are to be keys: it writes the changelog that is restored later. */
const cluster = kafkaCluster({ brokers, clientId: 'bench-fill', clock: systemClock });
const admin = await cluster.admin();
await admin.createTopics(topicNames.map((topic) => ({ topic, partitions })));
await admin.close();
await sendEvents(cluster, { from: 0, to: Number(total), start: Number(start) });
const runner = await openRunner(cluster, (spec, { node }) => memoryStore(spec, { node }));
let fed = 0;
while (fed < Number(total)) fed += await runner.step(100);
await runner.close();
await cluster.close();
console.log('null');
