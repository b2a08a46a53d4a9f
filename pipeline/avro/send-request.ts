import { once } from 'node:events';
import { Agent as PlainAgent, request as plainRequest, type IncomingMessage } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';

/** PEM texts for TLS. Without `ca` the system's authorities are trusted; `certificate` and `key` are for mutual TLS. */
export interface TlsTexts {
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

/** A request over HTTP or HTTPS. */
export interface Request {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Ends it, with the reason of the signal. */
  readonly signal: AbortSignal;
}

/** Its answer, read to the end. */
export interface Response {
  readonly status: number;
  readonly text: string;
}

const read = async (answer: IncomingMessage): Promise<Response> => {
  const parts: Uint8Array[] = [];
  for await (const part of answer) parts.push(part as Uint8Array);
  return { status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString() };
};

/**
 * Makes a function that sends requests, with these authorities and this certificate where TLS is spoken. `fetch` of Node takes neither.
 * It follows no redirects. Rejects with the system's error when there is no answer.
 */
export const requestSender = ({ ca, certificate, key }: TlsTexts = {}): ((url: string, request: Request) => Promise<Response>) => {
  // A connection that is kept may end at the very moment of the next request, which would then fail for nothing.
  const plainAgent = new PlainAgent({ keepAlive: false });
  const given = { ...(ca && { ca }), ...(certificate && { cert: certificate }), ...(key && { key }) };
  const tlsAgent = new TlsAgent({ keepAlive: false, ...given });
  return async (url, { method, headers, body, signal }) => {
    const options = { method, headers: { ...headers, 'content-length': String(Buffer.byteLength(body ?? '')) }, signal };
    const request = url.startsWith('https:')
      ? tlsRequest(url, { ...options, agent: tlsAgent })
      : plainRequest(url, { ...options, agent: plainAgent });
    request.end(body);
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    return read(answer);
  };
};
