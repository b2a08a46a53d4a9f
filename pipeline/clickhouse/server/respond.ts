import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { messageOf } from '../../core/errors.ts';
import { BadRequest, type HttpQuery } from './http-query.ts';
import type { QueryResult } from './run-query.ts';

const compressed = promisify(gzip);

const wantsGzip = (request: IncomingMessage): boolean =>
  /[?&]enable_http_compression=1/.test(request.url ?? '') && /\bgzip\b/.test(String(request.headers['accept-encoding']));

const contentType = (format: string): string =>
  format.startsWith('JSON') ? 'application/json; charset=UTF-8' : 'text/tab-separated-values; charset=UTF-8';

/** What was read and written. chDB counts both as read, so a statement that gives no rows is taken for an insert. */
const summaryOf = ({ bytes, rowsRead, bytesRead, seconds }: QueryResult): string => {
  const isInsert = bytes.length === 0;
  return JSON.stringify({
    read_rows: String(rowsRead),
    read_bytes: String(bytesRead),
    written_rows: String(isInsert ? rowsRead : 0),
    written_bytes: String(isInsert ? bytesRead : 0),
    total_rows_to_read: '0',
    result_rows: String(isInsert ? 0 : rowsRead),
    result_bytes: String(bytes.length),
    elapsed_ns: String(Math.round(seconds * 1e9)),
  });
};

/** Answers with the rows. */
export const respond = async (request: IncomingMessage, response: ServerResponse, answer: HttpQuery & QueryResult): Promise<void> => {
  const packs = wantsGzip(request);
  response.writeHead(200, {
    'Content-Type': contentType(answer.format),
    'X-ClickHouse-Format': answer.format,
    'X-ClickHouse-Query-Id': answer.id ?? '',
    'X-ClickHouse-Timezone': 'UTC',
    'X-ClickHouse-Server-Display-Name': 'chdb',
    'X-ClickHouse-Summary': summaryOf(answer),
    ...(packs ? { 'Content-Encoding': 'gzip' } : {}),
  });
  response.end(packs ? await compressed(answer.bytes) : answer.bytes);
};

/** HTTP's word for the codes of ClickHouse that are not 500, as a server has them: bad text and values, things that are not there, time-outs. */
const statuses: ReadonlyArray<readonly [status: number, codes: ReadonlyArray<number>]> = [
  [400, [6, 26, 27, 36, 38, 41, 43, 53, 62, 70, 72, 117, 386]],
  [404, [16, 46, 47, 50, 60, 81]],
  [408, [159]],
  [501, [48]],
];

const statusOf = (code: number): number => statuses.find(([, codes]) => codes.includes(code))?.[0] ?? 500;

/** Answers with an error, in the words and under the code of ClickHouse. */
export const respondError = (response: ServerResponse, error: unknown): void => {
  const message = error instanceof BadRequest ? `Code: 36. DB::Exception: ${error.message}. (BAD_ARGUMENTS)` : messageOf(error);
  const code = Number(/Code: (\d+)/.exec(message)?.[1] ?? 1000);
  response.writeHead(statusOf(code), { 'Content-Type': 'text/plain; charset=UTF-8', 'X-ClickHouse-Exception-Code': String(code) });
  response.end(`${message}\n`);
};
