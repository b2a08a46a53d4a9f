import type { RequestListener } from 'node:http';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { Tls, TlsMaterial } from './tls.ts';

/** How long a connection may stay open without a request, in ms; as the web server has it without TLS. */
const keepAlive = 72_000;

const optionsOf = (material: TlsMaterial): ServerOptions => ({
  cert: material.cert,
  key: material.key,
  minVersion: 'TLSv1.2',
  ...(material.ca === undefined ? {} : { ca: material.ca }),
});

/**
 * Makes servers of HTTPS. New connections have the certificates as they are then; connections that are open keep theirs. `options`: as without TLS.
 */
export const tlsServer =
  (tls: Tls, options: ServerOptions) =>
  (handler: RequestListener): Server => {
    const isMutual = tls.current.ca !== undefined;
    const server = createServer({ ...options, ...optionsOf(tls.current), requestCert: isMutual, rejectUnauthorized: isMutual }, handler);
    server.keepAliveTimeout = keepAlive;
    tls.follow((now) => server.setSecureContext(optionsOf(now)));
    return server;
  };
