import { promisify } from 'node:util';
import { brotliDecompress, constants, gunzip, inflate } from 'node:zlib';
import { at } from '../../client/connection.ts';
import { gather } from '../../client/openai/gather.ts';

/** A body as it passed by. */
export interface Body {
  readonly bytes: Buffer;
  /** False if its end is missing. */
  readonly isWhole: boolean;
  /** The header `Content-Encoding`. */
  readonly encoding: string | undefined;
  /** The header `Content-Type`. */
  readonly type: string | undefined;
}

// What is cut off is decoded as far as it goes.
const zlibFlush = { finishFlush: constants.Z_SYNC_FLUSH };
const brotliFlush = { finishFlush: constants.BROTLI_OPERATION_FLUSH };

const decoders: Readonly<Record<string, (bytes: Buffer, most: number) => Promise<Buffer>>> = {
  gzip: (bytes, maxOutputLength) => promisify(gunzip)(bytes, { ...zlibFlush, maxOutputLength }),
  deflate: (bytes, maxOutputLength) => promisify(inflate)(bytes, { ...zlibFlush, maxOutputLength }),
  br: (bytes, maxOutputLength) => promisify(brotliDecompress)(bytes, { ...brotliFlush, maxOutputLength }),
  identity: (bytes) => Promise.resolve(bytes),
};

/** JSON that was read, or why it could not be. */
export type Read<T> = { readonly value: T } | { readonly unread: string };

const textOf = async ({ bytes, encoding }: Body, most: number): Promise<Read<string>> => {
  const decode = decoders[encoding?.trim().toLowerCase() ?? 'identity'];
  if (decode === undefined) return { unread: 'it is compressed in a way that is not known' };
  try {
    return { value: (await decode(bytes, most)).toString('utf8') };
  } catch {
    return { unread: 'it cannot be decompressed, or is too large then' };
  }
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The data of the events of a stream (HTML, 9.2.6), without what came after the last whole one. */
export const eventsOf = (text: string): ReadonlyArray<string> => {
  const events: string[] = [];
  let data: string[] = [];
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  for (const line of lines.slice(0, -1)) {
    if (line.startsWith('data:')) data.push(line.slice('data:'.length).replace(/^ /, ''));
    if (line !== '' || data.length === 0) continue;
    events.push(data.join('\n'));
    data = [];
  }
  return events;
};

const isEventStream = ({ type = '' }: Body): boolean => /^text\/event-stream\b/i.test(type.trim());

/** Reads the JSON of a body that takes so many bytes at most when it is decompressed. Never throws. */
export const readJson = async (body: Body, most: number): Promise<Read<unknown>> => {
  if (!body.isWhole) return { unread: 'it is larger than what is kept for the log, or broke off' };
  const text = await textOf(body, most);
  if ('unread' in text) return text;
  const value = parsed(text.value);
  return value === undefined ? { unread: 'it is not JSON' } : { value };
};

/** Reads a response: JSON, or the events of a stream, gathered into the response that they would have been, as far as they came. Never throws. */
export const readResponse = async (body: Body, most: number): Promise<Read<unknown>> => {
  if (!isEventStream(body)) return readJson(body, most);
  const text = await textOf(body, most);
  if ('unread' in text) return text;
  const gathered = gather();
  let error: unknown;
  for (const chunk of eventsOf(text.value).map(parsed)) {
    gathered.take(chunk);
    error ??= at(chunk, 'error');
  }
  const response = gathered.response();
  return { value: error === undefined ? response : { ...(typeof response === 'object' ? response : {}), error } };
};
