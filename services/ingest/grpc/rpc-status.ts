import { Metadata, status as codes, type StatusObject } from '@grpc/grpc-js';
import type { Refusal } from '../refusal.ts';
import { fieldAt } from './bodies.ts';
import { messageOf } from './proto.ts';

/** The code of gRPC that says what a status of HTTP says. */
const codeOf: Readonly<Record<number, codes>> = {
  400: codes.INVALID_ARGUMENT,
  401: codes.UNAUTHENTICATED,
  403: codes.PERMISSION_DENIED,
  404: codes.NOT_FOUND,
  405: codes.UNIMPLEMENTED,
  409: codes.ALREADY_EXISTS,
  413: codes.INVALID_ARGUMENT,
  415: codes.UNIMPLEMENTED,
  422: codes.INVALID_ARGUMENT,
  429: codes.RESOURCE_EXHAUSTED,
  500: codes.INTERNAL,
  503: codes.UNAVAILABLE,
};

const rpcStatus = messageOf('google.rpc.Status');

interface Detail {
  readonly type_url: string;
  readonly value: Buffer;
}

const packed = (name: string): ((value: object) => Detail) => {
  const type = messageOf(name);
  return (value) => ({ type_url: `type.googleapis.com/${name}`, value: type.serialize(value) });
};

const errorInfo = packed('google.rpc.ErrorInfo');
const badRequest = packed('google.rpc.BadRequest');
const retryInfo = packed('google.rpc.RetryInfo');

const second = 1_000;
const nanosOfMs = 1_000_000;

const delayOf = (ms: number): object => ({ seconds: Math.floor(ms / second), nanos: Math.round((ms % second) * nanosOfMs) });

const detailsOf = ({ code, path, message, retryAfterMs }: Refusal, sent: object): ReadonlyArray<Detail> => [
  errorInfo({ reason: code.toUpperCase(), domain: 'millrace', metadata: { code, ...(path === undefined ? {} : { path }) } }),
  ...(path === undefined ? [] : [badRequest({ field_violations: [{ field: fieldAt(path, sent), description: message }] })]),
  ...(retryAfterMs === undefined ? [] : [retryInfo({ retry_delay: delayOf(retryAfterMs) })]),
];

/** A refusal as a message of `google.rpc.Status`. `sent`: the message that it is about, as it was decoded; its fields are named. */
export const rpcStatusOf = (
  refused: Refusal,
  sent: object = {},
): { readonly code: codes; readonly message: string; readonly details: object } => ({
  code: codeOf[refused.status] ?? codes.UNKNOWN,
  message: refused.message,
  details: detailsOf(refused, sent),
});

/** A refusal as the end of a call, with its details in the trailer. */
export const callStatusOf = (refused: Refusal, sent: object = {}): StatusObject => {
  const status = rpcStatusOf(refused, sent);
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', rpcStatus.serialize(status));
  return { code: status.code, details: status.message, metadata };
};
