import { ingestSettings, processSettings, proxySettings, serviceSettings } from '../../bin/cli/setting-options.ts';
import { flagOf } from '../../bin/cli/setting-rules.ts';
import type { SettingName } from '../../bin/cli/setting-table.ts';
import { settingDefault, settingHelp } from '../../bin/cli/settings.ts';
import { defaultBatch, defaultRetry } from '../../pipeline/runtime/delivery/delivery-options.ts';
import { defaultSettings } from '../../pipeline/runtime/settings.ts';
import { table, type Row } from './table.ts';
import { runbook } from '../monitoring/runbook.ts';
import { readProjectFile, withPart } from './with-part.ts';

const code = (text: string): string => `\`${text}\``;

const settingRow = (name: SettingName): Row => {
  const [, takes = '', env = ''] = /^(.*) \[(.*)\]$/.exec(settingHelp(name)) ?? [];
  return [code(flagOf(name)), code(env), takes, settingDefault(name) ?? ''];
};

const settings = (): string =>
  table([
    ['flag', 'environment', 'takes', 'default'],
    ...[...serviceSettings, ...processSettings, 'processes' as const, 'stateDir' as const, ...ingestSettings, ...proxySettings].map(
      settingRow,
    ),
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

const parts = [
  ['settings', settings()],
  ['launch-settings', inCode()],
  ['alerts', runbook()],
] as const;

/** docs/operations.md, with its tables of settings and its runbook as they are now. */
const page = parts.reduce((text, [name, part]) => withPart(text, name, part), readProjectFile('docs/operations.md'));

process.stdout.write(page);
