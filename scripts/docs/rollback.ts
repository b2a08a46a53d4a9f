import { z } from 'zod';
import { table } from './table.ts';
import { readProjectFile, withPart } from './with-part.ts';

const proof = z
  .object({
    seed: z.number(),
    oracles: z.array(z.object({ name: z.string(), expected: z.number(), got: z.number(), ok: z.boolean() })),
    table: z.array(z.object({ terms: z.string(), rate: z.number(), runs: z.number(), found: z.number(), median: z.number().nullable() })),
    bandit: z.array(z.object({ candidate: z.string(), difference: z.number(), low: z.number(), high: z.number() })),
  })
  .parse(JSON.parse(readProjectFile('docs/proofs/oracles.json')));

const power = (): string =>
  table([
    ['terms', 'rate of the candidate', 'runs', 'rolled back', 'median of observations an arm'],
    ...proof.table.map(({ terms, rate, runs, found, median }) => [
      terms,
      rate === 0.1 ? '.10, as the baseline' : rate.toFixed(2).slice(1),
      runs.toLocaleString('en-US'),
      `${(found * 100).toFixed(2)} %`,
      rate === 0.1 || median === null ? '' : median.toLocaleString('en-US'),
    ]),
  ]);

const shown = ['delay bias', 'digits', 'open-bandit', 'Page-Hinkley'];

const figures = (): string =>
  table([
    ['simulated, or on the data of the project', 'bound or published', 'got'],
    ...proof.oracles
      .filter(({ name }) => shown.some((start) => name.startsWith(start)))
      .map(({ name, expected, got }) => [name, String(expected), String(got)]),
  ]);

const interval = ({ candidate, difference, low, high }: (typeof proof.bandit)[number]): string =>
  `\`${candidate}\`: ${difference.toFixed(4)}, from ${low.toFixed(4)} to ${high.toFixed(4)}`;

const part = [
  `Seed ${String(proof.seed)}; ${String(proof.oracles.length)} oracles, ${String(proof.oracles.filter(({ ok }) => !ok).length)} failed.`,
  power(),
  figures(),
  `Click rates on Open Bandit, candidate less the other policy, at the end of the data: ${proof.bandit.map(interval).join('; ')}.`,
].join('\n\n');

process.stdout.write(withPart(readProjectFile('docs/rollback.md'), 'oracles', part));
