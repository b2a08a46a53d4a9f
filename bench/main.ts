import { compareOnKafka } from './kafka/compare.ts';
console.log(await compareOnKafka({ records: 30_000, rounds: 1, say: (line) => console.log(line) }));
