import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
import type { Log } from '../../../pipeline/core/ports/log.ts';
import { problemOf, problemType } from '../problem.ts';
import { type Refusal, refusal } from '../refusal.ts';
import { refuse } from './answer.ts';
import { openApiPath, routes } from './routes.ts';

/** What the server finds wrong with a request before it reaches a route, by its own codes. */
const known: Readonly<Record<string, Refusal | undefined>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: refusal('payload_too_large', 'the body is longer than this path takes'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: refusal('unsupported_media_type', 'the body has to be application/json'),
  FST_ERR_CTP_EMPTY_JSON_BODY: refusal('invalid_json', 'the body is empty'),
  FST_ERR_CTP_INVALID_JSON_BODY: refusal('invalid_json', 'the body is no JSON'),
};

/** What is said of a request that cannot be read. */
export const badRequest = refusal('bad_request', 'the request cannot be read');
/** What is said of a defect. */
export const internal = refusal('internal', 'a defect of the server; its log tells more');
const clientError = 400;
const serverError = 500;

interface Thrown {
  readonly code?: string | undefined;
  readonly statusCode?: number | undefined;
}

const thrownOf = (error: unknown): Thrown => (typeof error === 'object' && error !== null ? error : {});

/** What is told of something thrown: never its message, which may quote the body. */
const told = (error: unknown): Refusal => {
  const { code = '', statusCode = serverError } = thrownOf(error);
  const own = known[code];
  if (own !== undefined) return own;
  return statusCode >= clientError && statusCode < serverError ? badRequest : internal;
};

/** Where something was thrown, without what it says. */
export const placeOf = (error: unknown): ReadonlyArray<string> =>
  error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^ +at /.test(line)) : [];

const statusPath = /^\/v1\/feedback\/[^/]+$/;

const methods: ReadonlyMap<string, string> = new Map([...routes.map(({ path }) => [path, 'POST'] as const), [openApiPath, 'GET']]);

const pathOf = (url: string): string => decodeURI(url.split('?')[0] ?? '').replaceAll('%3A', ':');

const allowedAt = (url: string): string | undefined => {
  try {
    const path = pathOf(url);
    return statusPath.test(path) ? 'GET' : methods.get(path);
  } catch {
    return undefined;
  }
};

const rawAnswer = (refused: Refusal): string => {
  const body = JSON.stringify(problemOf(refused));
  const head = `HTTP/1.1 400 Bad Request\r\ncontent-type: ${problemType}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close`;
  return `${head}\r\n\r\n${body}`;
};

/** Answers what is no request of HTTP. */
export const answerRaw = (_: unknown, socket: Socket): void => {
  if (socket.writable) socket.end(rawAnswer(badRequest));
  else socket.destroy();
};

/** Answers what no route takes, wherever it failed: a body that is wrong, too, is told first that nobody wants it here. */
const answerUnrouted = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const allowed = allowedAt(request.url);
  if (allowed === undefined) return refuse(reply, refusal('not_found', 'there is no such path'));
  void reply.header('allow', allowed);
  return refuse(reply, refusal('method_not_allowed', `this path takes ${allowed} only`));
};

/** Has everything that fails answered in the form of the API. */
export const answerFailures = (app: FastifyInstance, log: Log): void => {
  app.setErrorHandler((error, request, reply) => {
    if (request.is404) return answerUnrouted(request, reply);
    const refused = told(error);
    if (refused === internal) log.error({ at: placeOf(error) }, 'a request failed');
    return refuse(reply, refused);
  });
  app.setNotFoundHandler(answerUnrouted);
};
