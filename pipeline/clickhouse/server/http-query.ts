import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';

/** A query as ClickHouse's HTTP interface is asked it. */
export interface HttpQuery {
  readonly id: string | undefined;
  readonly sql: string;
  readonly database: string | undefined;
  /** The format of the rows unless the text names one. */
  readonly format: string;
  readonly settings: ReadonlyArray<readonly [name: string, value: string]>;
  /** Values of the places in the text, escaped as in a tab-separated file. */
  readonly params: ReadonlyArray<readonly [name: string, value: string]>;
  /** Asked by GET, so that it may not change anything. */
  readonly readOnly: boolean;
}

/** What of the URL is neither a setting nor a value, or a setting that only the HTTP layer of a server knows. */
const notSettings =
  /^(query|query_id|database|default_format|user|password|quota_key|role|session_\w+|compress|decompress|buffer_size|wait_end_of_query|enable_http_compression|http_\w+|send_progress_in_http_headers|add_http_cors_header|param_\w+)$/;

const decoders: Readonly<Record<string, (bytes: Buffer) => Promise<Buffer>>> = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/** Thrown for a request that is none. */
export class BadRequest extends Error {}

/** Reads a request to its end: the text is that of the URL followed by the body's. */
export const readHttpQuery = async (request: IncomingMessage): Promise<HttpQuery> => {
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const body = await readBody(request);
  const header = request.headers['x-clickhouse-format'];
  const format = searchParams.get('default_format') ?? (typeof header === 'string' ? header : 'TabSeparated');
  return {
    id: searchParams.get('query_id') ?? undefined,
    sql: [searchParams.get('query') ?? '', body].filter((part) => part !== '').join('\n'),
    database: searchParams.get('database') ?? undefined,
    format,
    settings: [...searchParams].filter(([name]) => !notSettings.test(name)),
    params: [...searchParams].filter(([name]) => name.startsWith('param_')),
    readOnly: request.method === 'GET',
  };
};

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || bytes.length === 0) return text(bytes);
  const decode = decoders[encoding];
  if (decode === undefined) throw new BadRequest(`the content encoding '${encoding}' is not known`);
  return text(await decode(bytes));
};

/** chDB takes statements with their rows as text, so binary formats cannot pass. */
const text = (bytes: Buffer): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new BadRequest('the body is not UTF-8: only text formats can be inserted here');
  }
};
