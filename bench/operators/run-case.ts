import { cases } from './cases.ts';
import { measureCase } from './measure-case.ts';

/** `run-case.ts NAME KEYS ROUNDS RECORDS`: measures one case; the last line of its output is what it cost. */
const [name = '', keys, rounds, records] = process.argv.slice(2);
const measured = cases[name]?.({ keys: Number(keys) });
if (measured === undefined) throw new Error(`there is no case "${name}"`);
const costs = await measureCase(measured, { rounds: Number(rounds), records: Number(records) }, (line) => console.log(line));
const { about, bar, flink } = measured;
console.log(JSON.stringify({ name: measured.name, about, bar, flink, ...costs }));
