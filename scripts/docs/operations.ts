import { ingestSettings, processSettings, serviceSettings } from '../../bin/cli/setting-options.ts';
import { flagOf } from '../../bin/cli/setting-rules.ts';
import type { SettingName } from '../../bin/cli/setting-table.ts';
import { settingDefault, settingHelp } from '../../bin/cli/settings.ts';
import { defaultBatch, defaultRetry } from '../../pipeline/runtime/delivery/delivery-options.ts';
import { defaultSettings } from '../../pipeline/runtime/settings.ts';
import { readProjectFile, withPart } from './with-part.ts';

type Row = ReadonlyArray<string>;

/** A table as prettier writes it: every column as wide as its widest cell. */
const table = (rows: ReadonlyArray<Row>): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: Row): string => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(rows[0] ?? []), rule, ...rows.slice(1).map(line)].join('\n');
};

const code = (text: string): string => `\`${text}\``;

const settingRow = (name: SettingName): Row => {
  const [, takes = '', env = ''] = /^(.*) \[(.*)\]$/.exec(settingHelp(name)) ?? [];
  return [code(flagOf(name)), code(env), takes, settingDefault(name) ?? ''];
};

const settings = (): string =>
  table([
    ['flag', 'environment', 'takes', 'default'],
    ...[...serviceSettings, ...processSettings, 'processes' as const, 'stateDir' as const, ...ingestSettings].map(settingRow),
  ]);

const number = (value: unknown): string => (value === undefined ? 'none' : code(JSON.stringify(value)));

const valueRows = (prefix: string, values: Readonly<Record<string, unknown>>): ReadonlyArray<Row> =>
  Object.entries(values).map(([name, value]) => [code(`${prefix}.${name}`), number(value)]);

const inCode = (): string =>
  table([
    ['setting of `launch`', 'default'],
    ...valueRows('runner', { ...defaultSettings }),
    ...valueRows('delivery.batch', { ...defaultBatch }),
    ...valueRows('delivery.retry', { ...defaultRetry }),
  ]);

/** docs/operations.md, with its tables of settings as they are now. */
const page = withPart(readProjectFile('docs/operations.md'), 'settings', settings());

process.stdout.write(withPart(page, 'launch-settings', inCode()));
