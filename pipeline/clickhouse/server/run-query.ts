import { type ChdbResult, Session } from 'chdb';
import { quotedName, quotedText } from '../sql.ts';
import type { HttpQuery } from './http-query.ts';

/** What came of a query. */
export interface QueryResult {
  readonly bytes: Uint8Array;
  readonly rowsRead: number;
  readonly bytesRead: number;
  readonly seconds: number;
}

const names = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Runs a query on the data path in a session of its own, since a session keeps every setting that it was ever given. A session costs
 * about a millisecond. Queries run side by side. Throws chDB's error, whose message begins with ClickHouse's code.
 */
export const runQuery = async (path: string, query: HttpQuery): Promise<QueryResult> => {
  const session = new Session(path);
  try {
    if (query.database !== undefined) await session.queryAsync(`USE ${quotedName(query.database)}`);
    for (const statement of settingStatements(query)) await session.queryAsync(statement);
    const { rowsRead, bytesRead, elapsed, ...result } = pick(await session.queryAsync(query.sql, { format: query.format }));
    return { bytes: result.bytes, rowsRead, bytesRead, seconds: elapsed };
  } finally {
    session.close();
  }
};

const pick = (result: ChdbResult): Pick<ChdbResult, 'rowsRead' | 'bytesRead' | 'elapsed'> & { bytes: Uint8Array } => ({
  bytes: result.bytes(),
  rowsRead: result.rowsRead,
  bytesRead: result.bytesRead,
  elapsed: result.elapsed,
});

const settingStatements = ({ settings, params, readOnly }: HttpQuery): ReadonlyArray<string> => [
  ...[...settings, ...params].map(([name, value]) => `SET ${names.test(name) ? name : quotedName(name)} = ${quotedText(value)}`),
  ...(readOnly ? ['SET readonly = 2'] : []),
];
