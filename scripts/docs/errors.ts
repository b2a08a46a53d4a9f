import { type ErrorAction, errorCatalogue } from '../../pipeline/core/errors.ts';

const meanings: Readonly<Record<ErrorAction, readonly [title: string, text: string]>> = {
  reject: ['Rejects', 'The record goes to the dead letter under this code, with its original bytes; the stream goes on.'],
  retry: ['Tried again', 'Tried again with back-off; nothing is lost and nothing has to be done if it passes.'],
  stop: ['Stop the process', 'The process ends with a non-zero exit code. What was not committed is read again by the next start.'],
};

const actions: ReadonlyArray<ErrorAction> = ['reject', 'retry', 'stop'];

const rows = (action: ErrorAction): ReadonlyArray<string> =>
  Object.entries(errorCatalogue)
    .filter(([, entry]) => entry.action === action)
    .map(([code, { help }]) => `- \`${code}\`: ${help}`);

const section = (action: ErrorAction): ReadonlyArray<string> => {
  const [title, text] = meanings[action];
  return [`## ${title}`, '', text, '', ...rows(action), ''];
};

const page = [
  '# Errors',
  '',
  'Everything that Millrace throws or rejects by itself has one of these codes. Rules of a topology have codes of their own; those of the',
  'shipped one are in [rules.md](rules.md). Generated from `pipeline/core/errors.ts` by `npm run generate`.',
  '',
  ...actions.flatMap(section),
];

process.stdout.write(page.join('\n'));
