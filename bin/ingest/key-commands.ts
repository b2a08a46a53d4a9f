import { type Command, Option } from 'commander';
import { MillraceError } from '../../pipeline/core/errors.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { keyFile, type Scope, scopes, type StoredKey } from '../../services/ingest/auth/key-file.ts';
import { newKey, revokedKey } from '../../services/ingest/auth/new-key.ts';
import { bothChecked } from '../cli/both-checked.ts';
import type { CommandContext } from '../cli/context.ts';
import { exitCodeHelp } from '../cli/exit-codes.ts';
import { addSettings } from '../cli/setting-options.ts';
import { readSettings, type SettingSources } from '../cli/settings.ts';
import { day, daysOf, tenantOf } from './key-flags.ts';
import { changeStored, loadStored } from './stored-entries.ts';

type Flags = SettingSources['flags'];
type NewFlags = Flags & { readonly tenant: string; readonly scope: ReadonlyArray<string>; readonly days?: string; readonly note?: string };

const fileOf = (flags: Flags, { env }: CommandContext): string => readSettings({ flags: { keys: flags.keys }, env }, ['keys']).keys ?? '';

const bad = (message: string): MillraceError => new MillraceError('bad_config', message);

const scopeOf = (text: string): Scope => {
  const found = scopes.find((scope) => scope === text);
  if (found === undefined) throw bad(`--scope is "${text}"; it takes ${scopes.join(', ')}`);
  return found;
};

const orderOf = ({ tenant, scope, days, note }: NewFlags): Parameters<typeof newKey>[0] => {
  const now = systemClock.now();
  const life = daysOf(days);
  return { tenant: tenantOf(tenant), scopes: scope.map(scopeOf), now, note, expires: life === undefined ? undefined : now + life * day };
};

const create = async (flags: NewFlags, context: CommandContext): Promise<void> => {
  const [file, order] = await bothChecked(
    () => fileOf(flags, context),
    () => orderOf(flags),
  );
  const { key, stored } = newKey(order);
  await changeStored(file, keyFile, (keys) => [...keys, stored]);
  context.print(`${key}\n`);
  context.complain(`key ${stored.id} of ${stored.tenant}: it is shown this once\n`);
};

const revoke = async (id: string, flags: Flags, context: CommandContext): Promise<void> => {
  await changeStored(fileOf(flags, context), keyFile, (keys) => {
    if (!keys.some((key) => key.id === id))
      throw bad('there is no API key of this id; millrace ingest keys list tells those that there are');
    return keys.map((key) => (key.id === id ? revokedKey(key, systemClock.now()) : key));
  });
  context.print(`revoked ${id}\n`);
};

const shown = ({ sha256: _, ...rest }: StoredKey): Omit<StoredKey, 'sha256'> => rest;

const stateOf = ({ revoked, expires }: StoredKey): string => {
  if (revoked !== undefined) return `revoked ${revoked}`;
  return expires === undefined ? 'valid' : `until ${expires}`;
};

const lineOf = (key: StoredKey): string =>
  [key.id, key.tenant.padEnd(16), key.scopes.join(',').padEnd(32), stateOf(key), key.note ?? ''].join(' ').trimEnd();

const list = async (flags: Flags & { readonly json?: boolean }, context: CommandContext): Promise<void> => {
  const keys = await loadStored(fileOf(flags, context), keyFile);
  context.print(flags.json === true ? `${JSON.stringify(keys.map(shown))}\n` : keys.map((key) => `${lineOf(key)}\n`).join(''));
};

const example = (line: string): string => `\nExample:\n  $ millrace ingest keys ${line}${exitCodeHelp(false)}`;

const more = (text: string, earlier: ReadonlyArray<string> = []): ReadonlyArray<string> => [...earlier, text];

/** Adds `millrace ingest keys`: makes, revokes and lists API keys in their file. A running API takes changes up within a second. */
export const addKeyCommands = (ingest: Command, context: CommandContext): void => {
  const keys = ingest.command('keys').description('make, revoke and list API keys');
  const making = keys
    .command('create')
    .description('make a key and print it, once')
    .requiredOption('--tenant <name>', 'whose data its bearer may send')
    .addOption(new Option('--scope <scope>', `${scopes.join(', ')}; repeatable`).argParser(more).makeOptionMandatory())
    .option('--days <count>', 'after how many days it expires (default: never)')
    .option('--note <text>', 'for people');
  addSettings(making, ['keys'])
    .addHelpText('after', example('create --keys keys.json --tenant acme --scope write_feedback'))
    .action((flags: NewFlags) => create(flags, context));
  addSettings(keys.command('revoke').description('end a key at once').argument('<id>', 'the part of the key after mrk_'), ['keys'])
    .addHelpText('after', example('revoke 5f0c2a9be714 --keys keys.json'))
    .action((id: string, flags: Flags) => revoke(id, flags, context));
  addSettings(keys.command('list').description('list the keys, without what is secret').option('--json', 'print one JSON array'), ['keys'])
    .addHelpText('after', example('list --keys keys.json'))
    .action((flags: Flags & { readonly json?: boolean }) => list(flags, context));
};
