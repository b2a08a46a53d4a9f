import { fastifyCors } from '@fastify/cors';
import type { FastifyInstance } from 'fastify';

/** How long a browser may remember what it was told, in s. */
const rememberFor = 600;

/**
 * Lets pages of these origins call the API by `fetch` and read its answers. Pages of others can send by link all the same, by a beacon or a form: it is
 * the link that lets them, not the origin. Nothing here is done with cookies.
 */
export const allowOrigins = (app: FastifyInstance, origins: ReadonlyArray<string>): void => {
  if (origins.length === 0) return;
  void app.register(fastifyCors, {
    origin: [...origins],
    methods: ['GET', 'POST'],
    allowedHeaders: ['authorization', 'content-type', 'idempotency-key', 'traceparent'],
    exposedHeaders: ['retry-after'],
    maxAge: rememberFor,
    // What is no preflight is answered like any other path.
    strictPreflight: false,
  });
};
