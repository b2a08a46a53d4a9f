import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RateLimits } from '../auth/rate-limits.ts';
import type { Refusal } from '../refusal.ts';
import { feedbackStatus, type StatusPorts } from '../status/feedback-status.ts';
import type { Admitted } from './admission.ts';
import { refuse } from './answer.ts';
import type { Route } from './routes.ts';

/** Where what became of a feedback is told. */
export const statusRoute: Route = {
  path: '/v1/feedback/{id}',
  kind: 'feedback',
  isBatch: false,
  scope: 'read',
  takesLinks: false,
};

/** What telling needs. `enter` lets a request in, or refuses it. */
export interface StatusRoutePorts extends StatusPorts {
  readonly limits: RateLimits;
  readonly enter: (request: FastifyRequest, reply: FastifyReply) => Admitted | Refusal;
}

/** Adds the way of asking what became of a feedback. A question counts as a record for the limits of who asks. */
export const addStatusRoute = (app: FastifyInstance, ports: StatusRoutePorts): void => {
  app.get<{ Params: { readonly id: string } }>('/v1/feedback/:id', async (request, reply) => {
    const found = ports.enter(request, reply);
    if ('code' in found) return refuse(reply, found);
    ports.limits.take(found.credential, 1, ports.clock.monotonic());
    const status = await feedbackStatus(found.credential.tenant, request.params.id, ports);
    return 'code' in status ? refuse(reply, status) : reply.send(status);
  });
};
