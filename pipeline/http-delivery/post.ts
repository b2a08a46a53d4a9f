import { Agent as PlainAgent, type IncomingMessage, request as plainRequest } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { messageOf, MillraceError } from '../core/errors.ts';

/** What is sent. */
export interface Post {
  /** `POST` if left out. */
  readonly method?: 'GET' | 'PATCH' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
  /** How much of the answer's body is kept, in bytes; 1,000 if left out, which is enough for a message. */
  readonly keep?: number;
}

/** What came back, whole. */
export interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** The first bytes of its body. */
  readonly text: string;
}

/** Sends requests over connections that it keeps. */
export interface Poster {
  /** Resolves when the whole answer is here. Throws `receiver_unavailable` if it does not come, whether or not the request was taken. */
  post(request: Post): Promise<Answer>;
  close(): void;
}

/** How much of an answer is kept unless more is asked for, in bytes. */
const usuallyKept = 1_000;
/** How much is read of an answer before its connection is given up, in bytes; more if more is to be kept. */
const mostRead = 64 * 1024;

const answerOf = async (response: IncomingMessage, kept: number): Promise<Answer> => {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response) {
    if (!Buffer.isBuffer(part)) continue;
    if (bytes < kept) parts.push(part);
    bytes += part.length;
    // An answer without end: its status says enough. Leaving the loop closes the connection.
    if (bytes > Math.max(mostRead, kept)) break;
  }
  const text = Buffer.concat(parts).subarray(0, kept).toString();
  return { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], text };
};

/**
 * Opens a poster. `ca`: the certificates, in PEM, that are trusted in place of the system's.
 *
 * Redirects are not followed: the headers are meant for one receiver only.
 */
export const openPoster = (ca?: string): Poster => {
  const kinds = {
    'http:': { request: plainRequest, agent: new PlainAgent({ keepAlive: true }) },
    'https:': { request: tlsRequest, agent: new TlsAgent({ keepAlive: true, ...(ca === undefined ? {} : { ca }) }) },
  };
  const send = ({ method = 'POST', url, headers, body, signal }: Post): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const { request, agent } = url.protocol === 'https:' ? kinds['https:'] : kinds['http:'];
      const bytes = Buffer.from(body);
      const length = String(bytes.length);
      const sent = request(url, { method, agent, signal, headers: { ...headers, 'content-length': length } }, resolve);
      sent.on('error', reject).end(bytes);
    });
  return {
    post: async (request) => {
      try {
        return await answerOf(await send(request), request.keep ?? usuallyKept);
      } catch (error) {
        const why = request.signal.aborted ? messageOf(request.signal.reason) : messageOf(error);
        throw new MillraceError('receiver_unavailable', `${request.url.origin} gave no whole answer: ${why}`, error);
      }
    },
    close: () => {
      for (const { agent } of Object.values(kinds)) agent.destroy();
    },
  };
};
