import path from 'node:path';
import {
  type ChannelCredentials,
  type Client,
  credentials,
  loadPackageDefinition,
  Metadata,
  type ServiceClientConstructor,
  type ServiceError,
} from '@grpc/grpc-js';
import { loadSync, type MessageTypeDefinition, type PackageDefinition } from '@grpc/proto-loader';

const protos = path.join(import.meta.dirname, '../../../../services/ingest/proto');

/** The proto as a client of another language would have it: with every default, whole numbers as text. */
export const proto: PackageDefinition = loadSync('millrace/ingest/v1/ingest.proto', {
  keepCase: true,
  longs: String,
  oneofs: true,
  defaults: true,
  includeDirs: [protos],
});

/** A detail of an error, by the last part of its type. */
export type Details = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** How a call ended. */
export interface Called {
  /** Of gRPC; 0 for success. */
  readonly code: number;
  readonly message: string;
  readonly details: Details;
  /** What was answered; an empty object after a failure. */
  readonly answer: Readonly<Record<string, unknown>>;
}

interface Any {
  readonly type_url: string;
  readonly value: Buffer;
}

const typeOf = (name: string): MessageTypeDefinition<object, object> => proto[name] as MessageTypeDefinition<object, object>;

/** The details of a message of google.rpc.Status. */
export const detailsOf = ({ details }: { readonly details: ReadonlyArray<Any> }): Details =>
  Object.fromEntries(
    details.map(({ type_url, value }) => {
      const name = type_url.split('/')[1]!;
      return [name.split('.').at(-1)!, typeOf(name).deserialize(value) as Readonly<Record<string, unknown>>];
    }),
  );

const failedWith = (error: ServiceError): Called => {
  const [bytes] = error.metadata.get('grpc-status-details-bin');
  const status = bytes === undefined ? { details: [] } : typeOf('google.rpc.Status').deserialize(bytes as Buffer);
  return { code: error.code, message: error.details, details: detailsOf(status as { details: ReadonlyArray<Any> }), answer: {} };
};

/** Where a client calls, and how it shows itself. */
interface Place {
  readonly address: string;
  readonly secret: ChannelCredentials;
}

/** A client of a service, made of a definition at run time. */
export const clientOf = (definition: PackageDefinition, service: string, at: string | Place): Client => {
  const { address, secret } = typeof at === 'string' ? { address: at, secret: credentials.createInsecure() } : at;
  const found = service.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], loadPackageDefinition(definition));
  return new (found as ServiceClientConstructor)(address, secret);
};

type Unary = (request: object, metadata: Metadata, done: (error: ServiceError | null, answer: object) => void) => unknown;

/** Calls a method with plain metadata. */
export const callOn =
  (client: Client) =>
  (method: string, request: object, metadata: Readonly<Record<string, string>> = {}): Promise<Called> => {
    const told = new Metadata();
    for (const [name, value] of Object.entries(metadata)) told.set(name, value);
    const unary = (client as unknown as Readonly<Record<string, Unary>>)[method]!.bind(client);
    return new Promise((resolve) => {
      unary(request, told, (error, answer) => {
        resolve(error === null ? { code: 0, message: '', details: {}, answer: answer as Called['answer'] } : failedWith(error));
      });
    });
  };
