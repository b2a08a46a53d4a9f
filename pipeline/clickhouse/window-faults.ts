import type { Table } from '../core/table.ts';
import { type Catalogue, type CatalogueEntry, viewTargets, type Windows } from './catalogue.ts';
import { quotedName } from './sql.ts';

/** For how long, in seconds, a token must be remembered: longer than a delivery repeats an insert without asking first, with room. */
const neededSeconds = 300;

const isReplicated = ({ engine, engineFull }: CatalogueEntry): boolean =>
  /^(Replicated|Shared)/.test(engineFull) || /^(Replicated|Shared)/.test(engine);

const declared = (entry: CatalogueEntry, setting: string): number | undefined => {
  const found = new RegExp(`[^_]${setting} = (\\d+)`).exec(` ${entry.engineFull}`)?.[1];
  return found === undefined ? undefined : Number(found);
};

/** How many inserts a table remembers: what it says itself, else the server's default, which depends on its version and configuration. */
export const windowOf = (entry: CatalogueEntry, windows: Windows): number =>
  isReplicated(entry)
    ? (declared(entry, 'replicated_deduplication_window') ?? windows.replicated)
    : (declared(entry, 'non_replicated_deduplication_window') ?? windows.alone);

const alter = ({ database, name, isInner }: CatalogueEntry, setting: string, value: number): string =>
  isInner === true
    ? `make the view anew with SETTINGS ${setting} = ${value} behind its engine, or TO a table that has it`
    : `run: ALTER TABLE ${quotedName(database)}.${quotedName(name)} MODIFY SETTING ${setting} = ${value}`;

const countFault = (entry: CatalogueEntry, window: number, windows: Windows): ReadonlyArray<string> => {
  const found = windowOf(entry, windows);
  if (found >= window) return [];
  const setting = `${isReplicated(entry) ? '' : 'non_'}replicated_deduplication_window`;
  return [`'${entry.name}' remembers ${found} inserts and should remember ${window}; ${alter(entry, setting, window)}`];
};

const ageFault = (entry: CatalogueEntry, windows: Windows): ReadonlyArray<string> => {
  const setting = 'replicated_deduplication_window_seconds';
  const found = declared(entry, setting) ?? windows.replicatedSeconds;
  if (!isReplicated(entry) || found >= neededSeconds) return [];
  return [
    `'${entry.name}' remembers inserts for ${found} s and should for ${neededSeconds} s at least; ${alter(entry, setting, neededSeconds)}`,
  ];
};

const engineFault = ({ name, engine }: CatalogueEntry): ReadonlyArray<string> =>
  engine.includes('MergeTree')
    ? []
    : [`a view fills '${name}' (${engine}), which would count a repeated insert twice; let it fill a table of the MergeTree family`];

/** Why a repeated insert might count twice: in the table that is written, and in those that views fill from it, since each forgets on its own. */
export const windowFaults = (table: Table<unknown>, entry: CatalogueEntry, catalogue: Catalogue): ReadonlyArray<string> => {
  const { windows } = catalogue;
  return [entry, ...viewTargets(catalogue, entry)].flatMap((each) => {
    const wrong = engineFault(each);
    return wrong.length > 0 ? wrong : [...countFault(each, table.window, windows), ...ageFault(each, windows)];
  });
};
