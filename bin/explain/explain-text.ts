import type { ModelCommand } from '../../schemas/generated/model-command.ts';
import { chart } from './chart.ts';
import type { LookBack, Retraced, WindowBack } from './retrace.ts';

const timeOf = (ms: number): string => (Number.isFinite(ms) ? new Date(ms).toISOString() : 'unknown');

const number = (value: number | undefined): string => (value === undefined ? '' : value.toFixed(4)).padStart(8);

const shownLooks = 40;
const shownWindows = 20;

const lookLine = ({ at, candidate, baseline, effect, low, high, verdict }: LookBack): string =>
  `  ${timeOf(at)}  ${String(candidate.n).padStart(7)}  ${number(candidate.mean)}  ${String(baseline.n).padStart(7)}  ${number(baseline.mean)}  ${number(effect)}  ${number(low)}  ${number(high)}  ${verdict}`;

const windowLine = ({ start, version, revision, n, sum }: WindowBack): string =>
  `  ${timeOf(start)}  ${version}  revision ${revision}  n ${n}  sum ${sum}`;

/** The last `most` of some lines, with how many were left out. */
const lastOf = (lines: ReadonlyArray<string>, most: number): ReadonlyArray<string> =>
  lines.length <= most ? lines : [`  … ${lines.length - most} earlier ones`, ...lines.slice(-most)];

const heading = ({
  command_id,
  kind,
  mode,
  policy,
  policy_version,
  from_version,
  to_version,
  model_name,
  decided_at,
  reason,
}: ModelCommand): string =>
  [
    `${kind} ${command_id} (${mode}), policy ${policy} ${policy_version}`,
    `${model_name}: ${from_version} → ${to_version ?? 'nothing'}, decided at ${timeOf(decided_at / 1000)} of stream time`,
    reason,
  ].join('\n');

const verdictOn = ({ looks, agrees }: Retraced, { evidence }: ModelCommand): string => {
  const told = `${evidence.candidate.n} and ${evidence.baseline?.n ?? 0} observations`;
  if (agrees) return `The rows of model.quality come to the numbers of the command: ${told}.`;
  return `The rows of model.quality do not come to the numbers of the command (${told}): ${looks.length === 0 ? 'they may have been deleted' : 'some may have been deleted'}.`;
};

/** Everything that is known of a command, for a person. */
export const explainText = (command: ModelCommand, retraced: Retraced): string => {
  const { evidence } = command;
  const picture = chart(retraced.looks, evidence.threshold);
  return `${[
    heading(command),
    '',
    `Rule ${evidence.rule}, threshold ${evidence.threshold}, α ${evidence.alpha ?? 'none'}, ${evidence.min_samples} observations a side, ${evidence.consecutive} failures`,
    verdictOn(retraced, command),
    ...(picture === '' ? [] : ['', picture]),
    '',
    'Looks: stream time, n and mean of the candidate, n and mean of the baseline, effect, interval, verdict',
    ...lastOf(retraced.looks.map(lookLine), shownLooks),
    '',
    'Windows as they stood',
    ...lastOf(retraced.windows.map(windowLine), shownWindows),
    '',
    'The feedback behind it, by the offsets of its topics',
    ...evidence.inputs.map(({ topic, partition, from_offset, to_offset }) => `  ${topic} ${partition}: ${from_offset} to ${to_offset}`),
    '',
    'In ClickHouse',
    `  ${evidence.query}`,
  ].join('\n')}\n`;
};
