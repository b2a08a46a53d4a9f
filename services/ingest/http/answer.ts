import type { FastifyReply } from 'fastify';
import { problemOf, problemType } from '../problem.ts';
import { isRefusal, type Outcome, type Refusal } from '../refusal.ts';

const second = 1_000;

const seconds = (ms: number): string => String(Math.max(1, Math.ceil(ms / second)));

/** Answers a request that is refused as a whole. */
export const refuse = (reply: FastifyReply, refused: Refusal): FastifyReply => {
  if (refused.retryAfterMs !== undefined) void reply.header('retry-after', seconds(refused.retryAfterMs));
  if (refused.status === 401) void reply.header('www-authenticate', 'Bearer');
  return reply.code(refused.status).type(problemType).send(problemOf(refused));
};

/** Answers for one record. */
export const answerOne = (reply: FastifyReply, outcome: Outcome): FastifyReply =>
  isRefusal(outcome) ? refuse(reply, outcome) : reply.code(202).send({ id: outcome.id, status: 'accepted' });

const resultOf = (outcome: Outcome): object => (isRefusal(outcome) ? problemOf(outcome) : outcome);

/** Answers for the records of a batch, in their order. */
export const answerMany = (reply: FastifyReply, outcomes: ReadonlyArray<Outcome>): FastifyReply => {
  const waits = outcomes.flatMap((outcome) => (isRefusal(outcome) && outcome.retryAfterMs !== undefined ? [outcome.retryAfterMs] : []));
  if (waits.length > 0) void reply.header('retry-after', seconds(Math.max(...waits)));
  return reply.code(207).send({ results: outcomes.map(resultOf) });
};
