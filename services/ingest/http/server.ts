import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { MillraceError } from '../../../pipeline/core/errors.ts';
import type { Log } from '../../../pipeline/core/ports/log.ts';
import type { Meter } from '../../../pipeline/core/ports/meter.ts';
import type { IngestSettings } from '../ingest-settings.ts';
import type { Outcome, Refusal } from '../refusal.ts';
import type { Tls } from '../tls/tls.ts';
import { tlsServer } from '../tls/tls-server.ts';
import type { OutcomeStore } from '../status/outcome-store.ts';
import { admit, type Admitted, type AdmissionPorts } from './admission.ts';
import { answerMany, answerOne, refuse } from './answer.ts';
import { allowOrigins } from './cross-origin.ts';
import { answerFailures, answerRaw, badRequest } from './failures.ts';
import { openApiText } from './openapi.ts';
import { measureOutcomes, measureRequest } from './request-metrics.ts';
import { recordHeaders } from './request-headers.ts';
import { openApiPath, type Route, routes } from './routes.ts';
import { addStatusRoute, statusRoute } from './status-route.ts';
import { takeBody, type TakePorts } from './take-body.ts';

/** What the server stands on. */
export interface ServerPorts extends AdmissionPorts, TakePorts {
  /** Where outcomes of feedback are looked up. */
  readonly outcomes?: OutcomeStore | undefined;
  readonly log: Log;
  readonly meter: Meter;
  readonly settings: IngestSettings;
  /** Without it the API speaks plain HTTP. */
  readonly tls?: Tls | undefined;
}

/** As others note it that nobody waits for an answer any more. */
const clientLeft = 499;

/** How often slow clients are looked for, in ms. */
const slowEvery = 5_000;

const created = ({ connections, bodyBytes, requestTimeout }: IngestSettings, tls: Tls | undefined): FastifyInstance => {
  const app = fastify({
    bodyLimit: bodyBytes,
    requestTimeout,
    http: { connectionsCheckingInterval: slowEvery },
    ...(tls === undefined ? {} : { serverFactory: tlsServer(tls, { connectionsCheckingInterval: slowEvery, requestTimeout }) }),
    forceCloseConnections: 'idle',
    // A request that comes while the process ends is answered by ourselves, in our form.
    return503OnClosing: false,
    exposeHeadRoutes: false,
    clientErrorHandler: answerRaw,
    frameworkErrors: (_, __, reply) => void refuse(reply, badRequest),
  });
  app.server.maxConnections = connections;
  app.removeContentTypeParser('text/plain');
  app.addContentTypeParser('text/plain', { parseAs: 'string' }, app.getDefaultJsonParser('error', 'error'));
  return app;
};

/** Lets a request in or refuses it, and measures it when it is over. What it took of the budget is given back then. */
const entrance = (route: Route, ports: ServerPorts & { readonly most: number }) => {
  const { meter, clock, budget } = ports;
  return (request: FastifyRequest, reply: FastifyReply): Admitted | Refusal => {
    const began = clock.monotonic();
    const found = admit(request, route, ports);
    let isOver = false;
    const over = (): void => {
      if (isOver) return;
      isOver = true;
      if (!('code' in found)) budget.release(found.bytes);
      meter.gauge('ingest_in_flight_bytes', {}, budget.used);
      const status = reply.raw.writableEnded ? reply.statusCode : clientLeft;
      measureRequest(meter, route, { status, ms: clock.monotonic() - began });
    };
    reply.raw.once('finish', over).once('close', over);
    return found;
  };
};

/** Adds a way of taking records. */
const addRoute = (app: FastifyInstance, route: Route, ports: ServerPorts): void => {
  const { settings, meter } = ports;
  const most = route.isBatch ? settings.batchBytes : settings.bodyBytes;
  const enter = entrance(route, { ...ports, most });
  const admitted = new WeakMap<FastifyRequest, Admitted>();
  const take = async (request: FastifyRequest): Promise<ReadonlyArray<Outcome> | Refusal> => {
    const credential = admitted.get(request)?.credential;
    if (credential === undefined) throw new MillraceError('engine_defect', 'a request was not let in and is handled');
    const headers = recordHeaders(request.headers, route.isBatch);
    return 'code' in headers ? headers : takeBody(request.body, { route, credential, headers }, ports);
  };
  app.route({
    method: 'POST',
    // The router takes one colon for the start of a parameter.
    url: route.path.replace(':', '::'),
    bodyLimit: most,
    onRequest: async (request, reply) => {
      const found = enter(request, reply);
      if ('code' in found) return refuse(reply, found);
      admitted.set(request, found);
    },
    handler: async (request, reply) => {
      const outcomes = await take(request);
      if ('code' in outcomes) return refuse(reply, outcomes);
      measureOutcomes(meter, route, outcomes);
      const [only] = outcomes;
      return route.isBatch || only === undefined ? answerMany(reply, outcomes) : answerOne(reply, only);
    },
  });
};

/** The API over HTTP. It does not listen yet. */
export const ingestServer = (ports: ServerPorts): FastifyInstance => {
  const app = created(ports.settings, ports.tls);
  answerFailures(app, ports.log);
  allowOrigins(app, ports.settings.origins);
  // A connection that stays open would hold up the end.
  app.addHook('onSend', async (_, reply) => {
    if (ports.isDraining()) void reply.header('connection', 'close');
  });
  const { tokens, clock } = ports;
  if (tokens !== undefined) app.addHook('onRequest', ({ headers }) => tokens.learn(headers.authorization, clock.now()));
  for (const route of routes) addRoute(app, route, ports);
  addStatusRoute(app, { ...ports, enter: entrance(statusRoute, { ...ports, most: 0 }) });
  app.get(openApiPath, async (_, reply) => reply.type('application/json').send(openApiText));
  return app;
};
