import type { ClickHouse } from './clickhouse.ts';
import { changingSettings, neededSettings, newerSettings } from './insert-settings.ts';

/** What a delivery has to know of a server before it inserts. */
export interface ServerTraits {
  readonly version: string;
  /** The settings that this server's inserts need beside those of all servers. */
  readonly newer: Readonly<Record<string, string | number>>;
  /** What of the server or of the user's profile stands in the way, and what to do about it: a clause of a sentence each. */
  readonly faults: ReadonlyArray<string>;
}

/** Since then a view is brought up to date by the repetition of an insert that its source already has. */
const oldest = [24, 8] as const;

/** Since then other defaults hold for inserts and their repetition. */
const turned = [26, 2] as const;

interface Setting {
  readonly value: string;
  readonly isFixed: boolean;
}

type Settings = ReadonlyMap<string, Setting>;

const isBefore = (version: string, [major, minor]: readonly [number, number]): boolean => {
  const [a = 0, b = 0] = version.split('.').map(Number);
  return a < major || (a === major && b < minor);
};

/** A setting that the user may not change does no harm if it is as it has to be. */
const fixedFaults = (version: string, settings: Settings): ReadonlyArray<string> => {
  const wanted = [
    ...Object.entries({ ...neededSettings, ...newerSettings }),
    ...changingSettings.map((name) => [name, undefined] as const),
  ];
  const since = isBefore(version, turned) ? '' : `, with the defaults of ${turned.join('.')} and later`;
  return wanted.flatMap(([name, value]) => {
    const found = settings.get(name);
    if (found?.isFixed !== true || found.value === String(value)) return [];
    const how = `allow the user of the delivery to change it (a constraint "changeable_in_readonly", or a profile without readonly = 1)`;
    if (value === undefined) return [`the user may not change the setting '${name}': ${how}`];
    return [
      `the setting '${name}' is ${found.value} for this user${since}, who may not change it: ${how}, or give it the value ${value} there`,
    ];
  });
};

const unknownFaults = (version: string, settings: Settings): ReadonlyArray<string> =>
  [...Object.keys(neededSettings), ...changingSettings]
    .filter((name) => !settings.has(name))
    .map((name) => `ClickHouse ${version} does not know the setting '${name}'`);

/** Asks a server for its version and for the settings that inserts need. */
export const readServer = async (db: ClickHouse): Promise<ServerTraits> => {
  const names = [...Object.keys(neededSettings), ...Object.keys(newerSettings), ...changingSettings];
  const [server] = await db.select('SELECT version() AS version');
  const version = String(server?.version);
  const sql = 'SELECT name, value, readonly FROM system.settings WHERE name IN {names:Array(String)}';
  const rows = await db.select(sql, { params: { names } });
  const settings = new Map(rows.map((row) => [String(row.name), { value: String(row.value), isFixed: Number(row.readonly) === 1 }]));
  const tooOld = `ClickHouse ${version} is too old: upgrade it to ${oldest.join('.')} or later, since before a repeated insert did not reach views`;
  return {
    version,
    newer: Object.fromEntries(Object.entries(newerSettings).filter(([name]) => settings.has(name))),
    faults: [...(isBefore(version, oldest) ? [tooOld] : []), ...unknownFaults(version, settings), ...fixedFaults(version, settings)],
  };
};
