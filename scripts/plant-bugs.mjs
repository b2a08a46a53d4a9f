import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bugs, elsewhere } from './planted/bugs.mjs';
import { simulateIn } from './planted/simulate-in.mjs';
import { root } from './setup/paths.mjs';
import { proofHead } from './test/proof-head.mjs';

const help = `Usage: node scripts/plant-bugs.mjs [--only TEXT] [--seeds N] [--write]

Plants bugs one at a time in a copy of the sources, in a temporary folder, and shows that the simulator finds each of them in two ranges of seeds
that have none in common. Fails if a range misses a bug, if the sources as they are do not pass both, or if a patch no longer fits.
  --only TEXT  only the bugs whose name contains it
  --seeds N    how many seeds a range has at most; 100 if left out
  --write      writes docs/proofs/planted-bugs.json
`;

const ranges = [1, 100_001];
const folders = ['bin', 'client', 'operators', 'pipeline', 'schemas', 'services', 'topologies', 'test'];

/** A copy of the sources that can be spoiled. */
const copied = () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'millrace-bugs-'));
  for (const name of folders) cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  cpSync(path.join(root, 'package.json'), path.join(folder, 'package.json'));
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  return folder;
};

const patched = (text, { name, file, find, replace }) => {
  const found = text.split(find).length - 1;
  if (found !== 1) throw new Error(`"${name}" does not fit any more: its text stands ${found} times in ${file}`);
  return text.replace(find, () => replace);
};

const inBothRanges = async (folder, topology, seeds) => {
  const found = [];
  for (const from of ranges) {
    const { report, first } = await simulateIn(folder, topology, {
      from,
      seeds,
      options: ['--jobs', '1', '--stop-at-first', '--no-shrink'],
    });
    found.push({ from, seeds: report.seeds, failed: first?.seed, what: first?.what.slice(0, 300) });
  }
  return found;
};

const planted = async (folder, bug, seeds) => {
  const file = path.join(folder, bug.file);
  const sound = readFileSync(file, 'utf8');
  writeFileSync(file, patched(sound, bug));
  try {
    return { bug: bug.name, in: bug.in ?? 'feedback', ranges: await inBothRanges(folder, bug.in ?? 'feedback', seeds) };
  } finally {
    writeFileSync(file, sound);
  }
};

const told = ({ from, seeds, failed }) =>
  failed === undefined ? `not found in ${seeds} seeds from ${from}` : `seed ${failed} of ${from} on`;

/** As they are, the sources pass every seed that the bugs were looked for in. */
const control = async (folder, results) => {
  const sound = [];
  for (const topology of new Set(results.map((result) => result.in))) {
    const most = Math.max(
      ...results.filter((result) => result.in === topology).flatMap((result) => result.ranges.map(({ seeds }) => seeds)),
    );
    sound.push({ in: topology, ranges: await inBothRanges(folder, topology, most) });
  }
  return sound;
};

const main = async ({ only = '', seeds = '100', write }) => {
  const folder = copied();
  try {
    const results = [];
    for (const bug of bugs.filter(({ name }) => name.includes(only))) {
      const result = await planted(folder, bug, Number(seeds));
      results.push(result);
      const isFound = result.ranges.every(({ failed }) => failed !== undefined);
      process.stdout.write(`${isFound ? 'found ' : 'MISSED'}  ${result.bug} (${result.in}): ${result.ranges.map(told).join(', ')}\n`);
    }
    const sound = await control(folder, results);
    for (const { in: topology, ranges: runs } of sound) process.stdout.write(`as it is, ${topology}: ${runs.map(told).join(', ')}\n`);
    if (write) save({ bugs: results, sound, elsewhere });
    const missed = results.filter((result) => result.ranges.some(({ failed }) => failed === undefined));
    const spoiled = sound.filter((result) => result.ranges.some(({ failed }) => failed !== undefined));
    process.stdout.write(`${results.length - missed.length} of ${results.length} bugs found in both ranges\n`);
    return missed.length + spoiled.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const save = (proof) => {
  const folder = path.join(root, 'docs', 'proofs');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'planted-bugs.json'), `${JSON.stringify({ ...proofHead(), ...proof }, null, 2)}\n`);
};

const options = { only: { type: 'string' }, seeds: { type: 'string' }, write: { type: 'boolean' }, help: { type: 'boolean' } };
const { values } = parseArgs({ options });
if (values.help) process.stdout.write(help);
else process.exitCode = await main(values);
