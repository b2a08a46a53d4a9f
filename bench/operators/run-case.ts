import { cases } from './cases.ts';
import { measureCase } from './measure-case.ts';

/** `run-case.ts NAME millrace|hand KEYS ROUNDS RECORDS`: measures one side of one case; the last line of its output is what it cost. */
const [name = '', side, keys, rounds, records] = process.argv.slice(2);
const measured = cases[name]?.({ keys: Number(keys) });
if (measured === undefined) throw new Error(`there is no case "${name}"`);
if (side !== 'millrace' && side !== 'hand') throw new Error(`"${side ?? ''}" is no side`);
const extent = { rounds: Number(rounds), records: Number(records) };
const costs = await measureCase(measured, side, { ...extent, say: (line) => console.log(line) });
const { about, bar, flink } = measured;
console.log(JSON.stringify({ name: measured.name, about, bar, flink, ...costs }));
