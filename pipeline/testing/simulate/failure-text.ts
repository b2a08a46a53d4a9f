import type { Difference } from './compare.ts';
import { faultText } from './fault.ts';
import type { Plan } from './plan.ts';
import type { Shrunk } from './shrink.ts';
import type { SeedResult } from './simulator.ts';
import { traceLines } from './trace.ts';

const mostTold = 5;

const told = (sign: string, lines: ReadonlyArray<string>): ReadonlyArray<string> => {
  const more = lines.length - mostTold;
  const first = lines.slice(0, mostTold).map((line) => `    ${sign} ${line}`);
  return more > 0 ? [...first, `    ${sign} … and ${more} more`] : first;
};

const differenceLines = ({ where, missing, unexpected }: Difference): ReadonlyArray<string> => [
  `  ${where}`,
  ...told('-', missing),
  ...told('+', unexpected),
];

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

const sizeOf = ({ faults, sendings, processes }: Plan): string =>
  [count(faults.length, 'fault'), count(sendings.length, 'record'), processes === 1 ? '1 process' : `${processes} processes`].join(', ');

const inWords = ({ where, missing, unexpected }: Difference): string => {
  if (where === 'processes' || where === 'problems') return unexpected[0] ?? where;
  const parts = [missing.length > 0 ? `${missing.length} missing` : '', unexpected.length > 0 ? `${unexpected.length} too many` : ''];
  return `${where} has ${parts.filter((part) => part !== '').join(' and ')}`;
};

/** A failed seed in one line. */
export const failureLine = ({ seed, differences }: SeedResult): string => `seed ${seed}: ${differences.map(inWords).join('; ')}`;

/** What a person needs to understand a failed seed: how small it could be made, what then happens, and where the outputs differ. */
export const shrunkLines = (full: Plan, { plan, run, differences }: Shrunk): ReadonlyArray<string> => [
  `  shrunk from ${sizeOf(full)}`,
  `         to   ${sizeOf(plan)}`,
  ...plan.faults.map((fault) => `    from ${(fault.at / 1_000).toFixed(3)} s: ${faultText(fault)}`),
  ...traceLines(run.events).map((line) => `    ${line}`),
  '  what only the quiet run has (-), and only this one (+)',
  ...differences.flatMap(differenceLines),
];
