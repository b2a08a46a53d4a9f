import type { handleUnaryCall, Metadata } from '@grpc/grpc-js';
import { MillraceError } from '../../../pipeline/core/errors.ts';
import { overloaded } from '../http/admission.ts';
import { internal, placeOf } from '../http/failures.ts';
import { measureOutcomes } from '../http/request-metrics.ts';
import { recordHeaders } from '../http/request-headers.ts';
import type { ServerPorts } from '../http/server.ts';
import { takeBody } from '../http/take-body.ts';
import { isRefusal, type Outcome, type Refusal, refusal } from '../refusal.ts';
import { feedbackStatus } from '../status/feedback-status.ts';
import { bodyOf, itemsOf } from './bodies.ts';
import type { OpenCall, OpenCalls } from './entrance.ts';
import { textIn } from './metadata.ts';
import { type Method, statusMethod } from './methods.ts';
import { messageOf } from './proto.ts';
import { callStatusOf, rpcStatusOf } from './rpc-status.ts';

const undecodable = refusal('bad_request', 'the message cannot be decoded');
const tooLarge = refusal('payload_too_large', 'the message is longer than this method takes');

/** How a call ends: with an answer, or refused for what was sent. */
type Answer = { readonly status: number; readonly value: object } | { readonly refused: Refusal; readonly sent: object };

const refusedWith = (refused: Refusal, sent: object = {}): Answer => ({ refused, sent });

const headersIn = (metadata: Metadata): Readonly<Record<string, string | undefined>> => ({
  'idempotency-key': textIn(metadata, 'idempotency-key'),
  traceparent: textIn(metadata, 'traceparent'),
});

const resultOf = (outcome: Outcome, sent: object | undefined): object =>
  isRefusal(outcome) ? { refused: rpcStatusOf(outcome, sent) } : { accepted: { id: outcome.id } };

const answerOf = (outcomes: ReadonlyArray<Outcome>, { route }: Method, sent: object): Answer => {
  const [only] = outcomes;
  if (route.isBatch || only === undefined) {
    const items = itemsOf(sent);
    return { status: 207, value: { results: outcomes.map((outcome, index) => resultOf(outcome, items[index])) } };
  }
  return isRefusal(only) ? { refused: only, sent } : { status: only.status, value: { id: only.id } };
};

/** What a message takes of the budget, beyond what its call has; whether there is room for it. */
const hasRoom = (call: OpenCall, bytes: number, { budget }: ServerPorts): boolean => {
  const more = Math.max(0, bytes - call.bytes);
  if (more > 0 && !budget.take(more)) return false;
  call.bytes += more;
  return true;
};

/** Reads the message of a request; undefined if the bytes are none. */
const decoder = (method: Method): ((bytes: Buffer) => object | undefined) => {
  const { deserialize } = messageOf(method.request);
  return (bytes) => {
    try {
      return deserialize(bytes);
    } catch {
      return undefined;
    }
  };
};

/** What a method does with a message. */
type Deed = (bytes: Buffer, call: OpenCall, metadata: Metadata) => Promise<Answer>;

/** Tells what became of a feedback, as REST does. */
const teller = (ports: ServerPorts): Deed => {
  const decode = decoder(statusMethod);
  return async (bytes, { credential }) => {
    const sent = decode(bytes);
    if (sent === undefined) return refusedWith(undecodable);
    ports.limits.take(credential, 1, ports.clock.monotonic());
    const id = 'id' in sent && typeof sent.id === 'string' ? sent.id : '';
    const status = await feedbackStatus(credential.tenant, id, ports);
    return 'code' in status ? refusedWith(status) : { status: 200, value: status };
  };
};

/** Takes the records of a message, by the way that those of REST go. */
const taker = (method: Method, ports: ServerPorts): Deed => {
  const { route } = method;
  const decode = decoder(method);
  const most = route.isBatch ? ports.settings.batchBytes : ports.settings.bodyBytes;
  return async (bytes, call, metadata) => {
    if (bytes.length > most) return refusedWith(tooLarge);
    if (!hasRoom(call, bytes.length, ports)) return refusedWith(overloaded);
    const sent = decode(bytes);
    if (sent === undefined) return refusedWith(undecodable);
    const headers = recordHeaders(headersIn(metadata), route.isBatch);
    if ('code' in headers) return refusedWith(headers);
    const body = route.isBatch ? { items: itemsOf(sent).map(bodyOf) } : bodyOf(sent);
    const outcomes = await takeBody(body, { route, credential: call.credential, headers }, ports);
    if ('code' in outcomes) return refusedWith(outcomes, sent);
    measureOutcomes(ports.meter, route, outcomes);
    return answerOf(outcomes, method, sent);
  };
};

/** Handles the calls of a method that were let in. Messages come and go as bytes. */
export const handler = (method: Method, open: OpenCalls, ports: ServerPorts): handleUnaryCall<Buffer, Buffer> => {
  const deed = method === statusMethod ? teller(ports) : taker(method, ports);
  const { serialize } = messageOf(method.answer);
  const failed = (error: unknown): Answer => {
    ports.log.error({ at: placeOf(error) }, 'a request failed');
    return refusedWith(internal);
  };
  return ({ request, metadata }, callback) => {
    const call = open.get(metadata);
    if (call === undefined) throw new MillraceError('engine_defect', 'a call was not let in and is handled');
    void deed(request, call, metadata)
      .catch(failed)
      .then((answer) => {
        const isRefused = 'refused' in answer;
        call.status = isRefused ? answer.refused.status : answer.status;
        if (isRefused) callback(callStatusOf(answer.refused, answer.sent));
        else callback(null, serialize(answer.value));
      });
  };
};
