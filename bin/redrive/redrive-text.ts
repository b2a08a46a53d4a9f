import { type Reason, reasons } from '../../pipeline/runtime/redrive/verdict.ts';
import type { Redriven } from '../../pipeline/runtime/redrive/redrive.ts';
import type { OpenedLetter, ShownLetter } from './shown-letter.ts';

const isReason = (key: string): key is Reason => Object.hasOwn(reasons, key);

/** What came of a redrive, for people. */
export const redrivenText = ({ meant, redriven, left, isComplete }: Redriven, isDry: boolean): string => {
  const head = `${redriven} of ${meant} dead letters ${isDry ? 'would be' : 'were'} redriven${isComplete ? '' : '; ended before the rest'}`;
  const stay = Object.entries(left).map(([reason, count]) => `  ${count} left: ${isReason(reason) ? reasons[reason] : reason}`);
  return [head, ...stay, ''].join('\n');
};

/** Letters as a list, one a line. */
export const listText = (letters: ReadonlyArray<ShownLetter>, meant: number): string => {
  const lines = letters.map(
    ({ at, written, node, rule, attempts, detail, stays }) =>
      `${at}  ${written}  ${rule} at ${node}, attempt ${attempts}${stays === undefined ? '' : ` [${stays}]`}: ${detail}`,
  );
  return [...lines, `${letters.length} of ${meant} dead letters`, ''].join('\n');
};

const valueText = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part), 2);

/** One letter with all that is in it. */
export const openedText = (letter: OpenedLetter): string => {
  const { headers, value, unreadable, raw, stays, ...told } = letter;
  return [
    ...Object.entries(told).map(([name, text]) => `${name.padEnd(12)}${text === undefined ? '' : String(text)}`),
    `${'redrive'.padEnd(12)}${stays === undefined ? 'possible' : isReason(stays) ? reasons[stays] : stays}`,
    'headers',
    ...Object.entries(headers).map(([name, text]) => `  ${name}: ${text}`),
    ...(unreadable === undefined
      ? ['value', valueText(value)]
      : [`value       cannot be read: ${unreadable}`, ...(raw === undefined ? [] : [raw])]),
    '',
  ].join('\n');
};
