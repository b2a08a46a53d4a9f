import type { FastifyRequest } from 'fastify';
import type { Clock } from '../../../pipeline/core/ports/clock.ts';
import { authenticate, type AuthPorts, type Shown } from '../auth/authenticate.ts';
import type { Credential } from '../auth/key-ring.ts';
import type { RateLimits } from '../auth/rate-limits.ts';
import type { Budget } from '../log/budget.ts';
import { type Refusal, refusal } from '../refusal.ts';
import type { Route } from './routes.ts';

/** What telling who may send needs. */
export interface EntryPorts extends AuthPorts {
  readonly clock: Clock;
  readonly limits: RateLimits;
  readonly isDraining: () => boolean;
}

/** What letting a request in needs. */
export interface AdmissionPorts extends EntryPorts {
  readonly budget: Budget;
}

/** A request that was let in. Its bytes are given back once its answer is out. */
export interface Admitted {
  readonly credential: Credential;
  readonly bytes: number;
}

const retryAfterMs = 1_000;

const draining = refusal('shutting_down', 'this process ends; come again', { retryAfterMs });
/** What is said where there is no room. */
export const overloaded = refusal('overloaded', 'too much is on its way; come again', { retryAfterMs });
const encoded = refusal('unsupported_media_type', 'bodies are taken as they are, without Content-Encoding');
const plain = refusal('unsupported_media_type', 'the body has to be application/json; text/plain is for browser links');

/** A body without a length counts as the longest one. */
const lengthOf = ({ headers }: FastifyRequest, most: number): number => {
  const told = headers['content-length'];
  return told === undefined ? most : Math.min(Number(told), most);
};

const tokenOf = ({ query }: FastifyRequest): unknown =>
  typeof query === 'object' && query !== null && 'token' in query ? query.token : undefined;

const shownBy = (request: FastifyRequest, { takesLinks }: Route): Shown => ({
  authorization: request.headers.authorization,
  token: tokenOf(request),
  takesLinks,
});

/** What a sender is told that is over its limit; undefined if it is not. */
const paceOf = (credential: Credential, { limits, clock }: EntryPorts): Refusal | undefined => {
  const wait = limits.wait(credential, clock.monotonic());
  return wait === 0 ? undefined : refusal('rate_limited', 'the limit of this sender is reached', { retryAfterMs: wait });
};

/** Tells who sends a request, however it came, and whether they may, now and so fast. */
export const letIn = (shown: Shown, { scope }: Route, ports: EntryPorts): Credential | Refusal => {
  if (ports.isDraining()) return draining;
  const credential = authenticate(shown, ports, ports.clock.now());
  if ('code' in credential) return credential;
  if (!credential.scopes.has(scope)) return refusal('forbidden', `the API key lacks the scope ${scope}`);
  return paceOf(credential, ports) ?? credential;
};

/** What is told of a body that is not taken as it is sent. A page can send plain text without asking first, so links may. */
const formOf = ({ headers }: FastifyRequest, { link }: Credential): Refusal | undefined => {
  if (headers['content-encoding'] !== undefined) return encoded;
  return link === undefined && headers['content-type']?.startsWith('text/plain') === true ? plain : undefined;
};

/** Decides on a request before its body is read: whether there is anybody to take it, who sends it, how fast, and whether there is room. */
export const admit = (request: FastifyRequest, route: Route, ports: AdmissionPorts & { readonly most: number }): Admitted | Refusal => {
  const credential = letIn(shownBy(request, route), route, ports);
  if ('code' in credential) return credential;
  const refused = formOf(request, credential);
  if (refused !== undefined) return refused;
  const bytes = lengthOf(request, ports.most);
  return ports.budget.take(bytes) ? { credential, bytes } : overloaded;
};
