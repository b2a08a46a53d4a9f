import {
  type MethodDefinition,
  Server,
  type ServerCredentials,
  type ServerInterceptor,
  ServerInterceptingCall,
  status as codes,
} from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
import { MillraceError, messageOf } from '../../../pipeline/core/errors.ts';
import type { ServerPorts } from '../http/server.ts';
import { entrance, type OpenCalls } from './entrance.ts';
import { grpcCredentials } from './grpc-credentials.ts';
import { handler } from './handle.ts';
import { type Method, methods, statusMethod } from './methods.ts';
import { declared, serviceName } from './proto.ts';

/** Calls that one connection may have open. */
const callsPerConnection = 1_000;

/** Where a server listens. */
interface Address {
  readonly host: string;
  readonly port: number;
}

/** The API over gRPC, while it listens. */
export interface GrpcServer {
  /** host:port. */
  readonly address: string;
  /** Refuses what is new, waits for the answers to what was let in, and closes. */
  stop(): Promise<void>;
}

const all = [...methods, statusMethod];

const same = (bytes: Buffer): Buffer => bytes;

/** Messages come and go as bytes, so that what cannot be decoded is refused as everything else is. */
const definitionOf = ({ route }: Method): MethodDefinition<Buffer, Buffer> => ({
  path: route.path,
  requestStream: false,
  responseStream: false,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
});

/** Calls of the other services, health and reflection, which may last: they are ended when the server is. */
class LastingCalls {
  readonly #ends = new Set<() => void>();

  readonly intercept: ServerInterceptor = ({ path }, call) => {
    if (path.startsWith(`/${serviceName}/`)) return new ServerInterceptingCall(call);
    const end = (): void => call.sendStatus({ code: codes.UNAVAILABLE, details: 'this process ends; come again' });
    this.#ends.add(end);
    return new ServerInterceptingCall(call, {
      start: (next) => next({ onCancel: () => void this.#ends.delete(end) }),
      sendStatus: (status, go) => {
        this.#ends.delete(end);
        go(status);
      },
    });
  };

  end(): void {
    for (const end of this.#ends) end();
    this.#ends.clear();
  }
}

const bound = (server: Server, { host, port }: Address, credentials: ServerCredentials): Promise<string> => {
  const shown = host.includes(':') ? `[${host}]` : host;
  return new Promise((resolve, reject) => {
    server.bindAsync(`${shown}:${port}`, credentials, (error, own) => {
      if (error === null) resolve(`${shown}:${own}`);
      else reject(new MillraceError('bad_config', `gRPC cannot listen on ${host}:${port}: ${messageOf(error)}`, error));
    });
  });
};

/**
 * Starts the API over gRPC, with health and reflection. What is sent goes the way of REST: one key ring, one set of limits, one budget, one
 * memory of repeats. Throws `bad_config` if it cannot listen.
 */
export const startGrpc = async (ports: ServerPorts, address: Address): Promise<GrpcServer> => {
  const open: OpenCalls = new WeakMap();
  const lasting = new LastingCalls();
  const routes = new Map(all.map(({ route }) => [route.path, route]));
  const server = new Server({
    'grpc.max_receive_message_length': ports.settings.batchBytes,
    'grpc.max_concurrent_streams': callsPerConnection,
    interceptors: [entrance(routes, open, ports), lasting.intercept],
  });
  server.addService(
    Object.fromEntries(all.map((method) => [method.name, definitionOf(method)])),
    Object.fromEntries(all.map((method) => [method.name, handler(method, open, ports)])),
  );
  const health = new HealthImplementation({ '': 'SERVING', [serviceName]: 'SERVING' });
  health.addToServer(server);
  new ReflectionService(declared, { services: [serviceName] }).addToServer(server);
  return {
    address: await bound(server, address, grpcCredentials(ports.tls)),
    stop: () => {
      for (const name of ['', serviceName]) health.setStatus(name, 'NOT_SERVING');
      const closed = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
      lasting.end();
      return closed;
    },
  };
};
