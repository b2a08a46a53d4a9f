import { type ClientRequest, request as plainRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as secureRequest } from 'node:https';
import { pipeline } from 'node:stream';
import type { Connections } from './connections.ts';
import { inferenceHeader, onwardHeaders } from './headers.ts';

/** How a call ended: whole, or cut off by one side. */
export type Ending = 'whole' | 'caller_left' | 'upstream_unreachable' | 'upstream_late' | 'upstream_broke';

/** What is told of a call as it passes. Each is called at once, so it has to be quick. */
export interface Watcher {
  /** A part of the request's body. */
  sent(part: Buffer): void;
  /** The head of the answer; returns the headers to add to it, names and values in turn. */
  answered(answer: IncomingMessage): ReadonlyArray<string>;
  /** There is no answer of the upstream; returns the headers to add to that of the proxy. */
  failed(): ReadonlyArray<string>;
  /** A part of the answer's body. */
  got(part: Buffer): void;
  /** The answer has come whole; the caller may not have read all of it yet. */
  complete(): void;
  /** The call is over; told once. */
  over(ending: Ending): void;
}

/** What a call is given besides. */
export interface Forwarding {
  readonly upstream: URL;
  readonly connections: Connections;
  readonly watcher: Watcher;
  /** Whether the connection of the caller is to be closed behind the answer. */
  readonly isLast: () => boolean;
}

const failures = {
  upstream_unreachable: { status: 502, message: 'The upstream cannot be reached, or ended the connection without an answer.' },
  upstream_late: { status: 504, message: 'No connection to the upstream could be made in time.' },
} as const;

/** Answers as an OpenAI-compatible API would, so that its clients can show the message. */
export const answerFailure = (
  response: ServerResponse,
  { status, type, message }: Readonly<{ status: number; type: string; message: string }>,
  headers: ReadonlyArray<string> = [],
): void => {
  const body = JSON.stringify({ error: { message, type, param: null, code: null } });
  const own = ['content-type', 'application/json', 'content-length', String(Buffer.byteLength(body))];
  response.writeHead(status, [...own, ...headers]).end(body);
};

const closing = (isLast: boolean): ReadonlyArray<string> => (isLast ? ['connection', 'close'] : []);

const begin = (incoming: IncomingMessage, { upstream, connections }: Forwarding): ClientRequest => {
  const send = upstream.protocol === 'https:' ? secureRequest : plainRequest;
  const isChunked = incoming.headers['transfer-encoding'] !== undefined;
  const prefix = upstream.pathname.replace(/\/$/, '');
  return send({
    agent: connections.agent,
    protocol: upstream.protocol,
    hostname: upstream.hostname.replace(/^\[|\]$/g, ''),
    port: upstream.port,
    method: incoming.method,
    path: prefix + (incoming.url ?? '/'),
    setHost: false,
    headers: [
      'host',
      upstream.host,
      ...onwardHeaders(incoming.rawHeaders, ['host', inferenceHeader]),
      ...(isChunked ? ['transfer-encoding', 'chunked'] : []),
    ],
  });
};

/**
 * Passes a call on to the upstream and its answer back, both byte for byte as they come: bodies are neither gathered nor changed, and each
 * side waits for the other when it is slower. A caller that leaves ends the call of the upstream; an upstream that breaks off ends the caller's.
 */
export const forward = (incoming: IncomingMessage, response: ServerResponse, forwarding: Forwarding): void => {
  const { watcher, connections, isLast } = forwarding;
  const onward = begin(incoming, forwarding);
  let isOver = false;
  const over = (ending: Ending): void => {
    if (!isOver) watcher.over(ending);
    isOver = true;
  };
  const fail = (ending: keyof typeof failures): void => {
    if (isOver || response.headersSent) return;
    const headers = [...watcher.failed(), ...closing(isLast())];
    over(ending);
    answerFailure(response, { type: ending, ...failures[ending] }, headers);
  };
  const unwatch = connections.watch(onward, () => {
    fail('upstream_late');
    onward.destroy();
  });
  incoming.on('data', (part: Buffer) => watcher.sent(part));
  incoming.pipe(onward);
  onward.on('error', () => fail('upstream_unreachable'));
  onward.on('close', unwatch);
  onward.on('response', (answer) => {
    answer.on('data', (part: Buffer) => watcher.got(part));
    answer.on('end', () => watcher.complete());
    answer.on('error', () => over('upstream_broke'));
    const headers = [...onwardHeaders(answer.rawHeaders), ...watcher.answered(answer), ...closing(isLast())];
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, headers);
    // The head goes out before the first byte of the body, which may take long.
    response.flushHeaders();
    pipeline(answer, response, () => undefined);
  });
  response.on('finish', () => over('whole'));
  response.on('close', () => {
    over('caller_left');
    if (!response.writableFinished) onward.destroy();
  });
};
