import type { Command } from 'commander';
import { MillraceError } from '../../pipeline/core/errors.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { feedbackLink } from '../../services/ingest/auth/feedback-link.ts';
import { type LinkSecret, linkSecretFile, newLinkSecret, revokedSecret } from '../../services/ingest/auth/link-secrets.ts';
import type { CommandContext } from '../cli/context.ts';
import { exitCodeHelp } from '../cli/exit-codes.ts';
import { addSettings } from '../cli/setting-options.ts';
import { readSettings, type SettingSources } from '../cli/settings.ts';
import { day, daysOf, tenantOf } from './key-flags.ts';
import { changeStored, loadStored } from './stored-entries.ts';

type Flags = SettingSources['flags'];

/** What a link is made of, as flags. */
interface LinkFlags extends Flags {
  readonly tenant: string;
  readonly inference: string;
  readonly key: string;
  readonly days: string;
  readonly value?: string;
  readonly linkId?: string;
  readonly url?: string;
}

const bad = (message: string): MillraceError => new MillraceError('bad_config', message);

const fileOf = (flags: Flags, { env }: CommandContext): string =>
  readSettings({ flags: { links: flags.links }, env }, ['links']).links ?? '';

const addSecret = async (flags: Flags & { readonly tenant: string }, context: CommandContext): Promise<void> => {
  const file = fileOf(flags, context);
  const secret = newLinkSecret(tenantOf(flags.tenant), systemClock.now());
  await changeStored(file, linkSecretFile, (secrets) => [...secrets, secret]);
  context.print(`${secret.id}\n`);
};

const revoke = async (id: string, flags: Flags, context: CommandContext): Promise<void> => {
  await changeStored(fileOf(flags, context), linkSecretFile, (secrets) => {
    if (!secrets.some((secret) => secret.id === id))
      throw bad('there is no secret of this id; millrace ingest links list tells those that there are');
    return secrets.map((secret) => (secret.id === id ? revokedSecret(secret, systemClock.now()) : secret));
  });
  context.print(`revoked ${id}\n`);
};

const shown = ({ secret: _, ...rest }: LinkSecret): Omit<LinkSecret, 'secret'> => rest;

const lineOf = ({ id, tenant, created, revoked }: LinkSecret): string =>
  `${id} ${tenant.padEnd(16)} ${revoked === undefined ? `since ${created}` : `revoked ${revoked}`}`;

const list = async (flags: Flags & { readonly json?: boolean }, context: CommandContext): Promise<void> => {
  const secrets = await loadStored(fileOf(flags, context), linkSecretFile);
  context.print(flags.json === true ? `${JSON.stringify(secrets.map(shown))}\n` : secrets.map((secret) => `${lineOf(secret)}\n`).join(''));
};

const valueOf = (text: string | undefined): unknown => {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    throw bad('--value is no JSON; a text has quotes: --value \'"new_york"\'');
  }
};

const linkIdOf = (text: string | undefined): string | undefined => {
  if (text === undefined || /^[A-Za-z0-9._-]{1,64}$/.test(text)) return text;
  throw bad(`--link-id is "${text}"; it takes 1 to 64 letters, digits, ".", "_" and "-"`);
};

const prefixOf = (url: string | undefined): string => {
  if (url === undefined) return '';
  if (!URL.canParse(url) || !/^https?:/.test(url)) throw bad(`--url is "${url}"; it takes the address of the API`);
  return `${url.replace(/\/+$/, '')}/v1/feedback?token=`;
};

/** The youngest secret that signs links of a tenant. */
const signerOf = (secrets: ReadonlyArray<LinkSecret>, tenant: string): LinkSecret => {
  const signer = secrets.filter((secret) => secret.tenant === tenant && secret.revoked === undefined).at(-1);
  if (signer === undefined) throw bad(`there is no secret for links of ${tenant}: make one by millrace ingest links add-secret`);
  return signer;
};

const create = async (flags: LinkFlags, context: CommandContext): Promise<void> => {
  const prefix = prefixOf(flags.url);
  const life = (daysOf(flags.days) ?? 0) * day;
  const order = { value: valueOf(flags.value), id: linkIdOf(flags.linkId), expires: systemClock.now() + life };
  const secrets = await loadStored(fileOf(flags, context), linkSecretFile);
  const { inference, key } = flags;
  context.print(`${prefix}${feedbackLink({ inference, key, ...order }, signerOf(secrets, flags.tenant))}\n`);
};

const example = (line: string): string => `\nExample:\n  $ millrace ingest links ${line}${exitCodeHelp(false)}`;

const addSecretCommands = (links: Command, context: CommandContext): void => {
  addSettings(
    links
      .command('add-secret')
      .description('make a secret that links of a tenant are signed with, and print its id')
      .requiredOption('--tenant <name>', 'whose links'),
    ['links'],
  )
    .addHelpText('after', example('add-secret --links links.json --tenant acme'))
    .action((flags: Flags & { readonly tenant: string }) => addSecret(flags, context));
  addSettings(links.command('revoke').description('end a secret and all its links at once').argument('<id>', 'of the secret'), ['links'])
    .addHelpText('after', example('revoke 5f0c2a9be714 --links links.json'))
    .action((id: string, flags: Flags) => revoke(id, flags, context));
  addSettings(links.command('list').description('list the secrets, without what is secret').option('--json', 'print one JSON array'), [
    'links',
  ])
    .addHelpText('after', example('list --links links.json'))
    .action((flags: Flags & { readonly json?: boolean }) => list(flags, context));
};

/** Adds `millrace ingest links`: secrets in their file, and links that are signed with them. A running API takes changes up within a second. */
export const addLinkCommands = (ingest: Command, context: CommandContext): void => {
  const links = ingest.command('links').description('make browser links, and the secrets that sign them');
  const making = links
    .command('create')
    .description('make the token of a link by which one feedback can be given, and print it')
    .requiredOption('--tenant <name>', 'whose inference it is')
    .requiredOption('--inference <id>', 'the inference that may be judged')
    .requiredOption('--key <name>', 'the signal that may be sent, e.g. thumbs')
    .option('--days <count>', 'after how many days it ends', '7')
    .option('--value <json>', 'the one value that may be sent (default: any)')
    .option('--link-id <id>', 'the identity of the link; links of one id give one feedback (default: a random one)')
    .option('--url <address>', 'the address of the API, to print the whole URL');
  addSettings(making, ['links'])
    .addHelpText('after', example('create --links links.json --tenant acme --inference 7d444840-9dc0-11d1-b245-5ffdce74fad2 --key thumbs'))
    .action((flags: LinkFlags) => create(flags, context));
  addSecretCommands(links, context);
};
