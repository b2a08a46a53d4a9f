import type { AddressInfo } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import { MillraceError, messageOf } from '../../pipeline/core/errors.ts';
import type { Clock } from '../../pipeline/core/ports/clock.ts';
import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import type { Log } from '../../pipeline/core/ports/log.ts';
import type { Meter } from '../../pipeline/core/ports/meter.ts';
import type { Wire } from '../../pipeline/core/ports/wire.ts';
import type { AuthPorts } from './auth/authenticate.ts';
import { RateLimits } from './auth/rate-limits.ts';
import { feedbackKind } from './feedback-kind.ts';
import { findTopics } from './find-topics.ts';
import type { GrpcServer } from './grpc/grpc-server.ts';
import { ingestServer, type ServerPorts } from './http/server.ts';
import { inferenceKind } from './inference-kind.ts';
import type { IngestSettings } from './ingest-settings.ts';
import { Budget } from './log/budget.ts';
import { LogWriter } from './log/log-writer.ts';
import { Repeats } from './log/repeats.ts';
import type { Tls } from './tls/tls.ts';
import { redactedKind } from './redaction/redacted-kind.ts';
import type { Redactor } from './redaction/redactor.ts';
import { type RecordKind, recordKind } from './record-kind.ts';
import { type OpenReference, openReference } from './reference/open-reference.ts';
import type { Reference } from './reference/reference.ts';
import type { OutcomeStore } from './status/outcome-store.ts';

/** What the API stands on. */
export interface IngestPorts extends AuthPorts {
  /** Without it the API speaks plain HTTP. */
  readonly tls?: Tls | undefined;
  /** Takes out what must not be written; without it bodies stay as they are. */
  readonly redactor?: Redactor | undefined;
  readonly cluster: Cluster;
  readonly wire: Wire;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** Where outcomes of feedback are looked up; without it only what this process knows is told. */
  readonly outcomes?: OutcomeStore | undefined;
  /** Whether the process is too late with what it has to take more on; never, if left out. */
  readonly isLate?: (() => boolean) | undefined;
}

/** An API that listens. */
export interface Ingest {
  /** e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Where gRPC is, e.g. `127.0.0.1:50051`; left out without it. */
  readonly grpc?: string;
  /** The server, for requests without a network. */
  readonly app: FastifyInstance;
  isDraining(): boolean;
  /**
   * Ends it in order: refuses what is new, answers what has been let in, waits until all records are confirmed or given up. Resolves with `ended`.
   */
  stop(): Promise<void>;
  /** Resolves when it has stopped. */
  readonly ended: Promise<void>;
}

const listening = async (app: FastifyInstance, { host, port }: IngestSettings['address']): Promise<string> => {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw new MillraceError('bad_config', `the API cannot listen on ${host}:${port}: ${messageOf(error)}`, error);
  }
  const address: AddressInfo | string | null = app.server.address();
  const own = typeof address === 'object' && address !== null ? address.port : port;
  const scheme = app.server instanceof TlsServer ? 'https' : 'http';
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${own}`;
};

/** What the server is made of besides the ports. */
interface Parts {
  readonly writer: LogWriter;
  readonly budget: Budget;
  readonly reference: Reference;
  readonly isDraining: () => boolean;
}

const serverPorts = async (ports: IngestPorts, settings: IngestSettings, parts: Parts): Promise<ServerPorts> => {
  const { writer, budget, reference, isDraining } = parts;
  const feedback = await recordKind(feedbackKind(reference), ports.wire);
  const inference = await recordKind(inferenceKind, ports.wire);
  const without = (kind: RecordKind): RecordKind => redactedKind(kind, ports.redactor, ports.log);
  const kinds = { feedback: without(feedback), inference: without(inference) };
  const repeats = new Repeats((record) => writer.write(record), settings.repeats);
  const limits = new RateLimits(settings.rates);
  return { ...ports, kinds, repeats, limits, budget, isDraining, settings };
};

/** Loaded by those only who want it. */
const grpcOn = async (ports: ServerPorts, { address: { host }, grpcPort }: IngestSettings): Promise<GrpcServer | undefined> => {
  if (grpcPort === undefined) return undefined;
  const { startGrpc } = await import('./grpc/grpc-server.ts');
  return startGrpc(ports, { host, port: grpcPort });
};

const openOn = async (ports: IngestPorts, settings: IngestSettings, { reference, close }: OpenReference): Promise<Ingest> => {
  const budget = new Budget(settings.inFlightBytes, ports.isLate);
  const writer = new LogWriter({ ...ports, budget }, await ports.cluster.producer());
  let draining = false;
  const isDraining = (): boolean => draining;
  const shared = await serverPorts(ports, settings, { writer, budget, reference, isDraining });
  const grpc = await grpcOn(shared, settings);
  const app = ingestServer(shared);
  const url = await listening(app, settings.address).catch(async (error: unknown) => {
    await grpc?.stop();
    throw error;
  });
  let end: (draining: Promise<void>) => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const drained = async (): Promise<void> => {
    await Promise.all([app.close(), grpc?.stop()]);
    await Promise.all([writer.close(), close()]);
  };
  const stop = (): Promise<void> => {
    if (draining) return ended;
    draining = true;
    end(drained());
    return ended;
  };
  return { url, ...(grpc === undefined ? {} : { grpc: grpc.address }), app, isDraining, stop, ended };
};

/**
 * Starts the ingestion API: checks that its topics are there, reads the reference data, registers its schemas, and listens.
 *
 * @throws MillraceError `unknown_topic`, `bad_config`, `incompatible_schema`, `registry_unavailable`, `cluster_unavailable`.
 */
export const startIngest = async (ports: IngestPorts, settings: IngestSettings): Promise<Ingest> => {
  const partitions = await findTopics(ports.cluster);
  const opened = await openReference({ ...ports, partitions }, settings.undeclared);
  try {
    return await openOn(ports, settings, opened);
  } catch (error) {
    await opened.close();
    throw error;
  }
};
