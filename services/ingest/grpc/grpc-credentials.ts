import { experimental, ServerCredentials } from '@grpc/grpc-js';
import type { Tls, TlsMaterial } from '../tls/tls.ts';

type Provider = experimental.CertificateProvider;
type Identity = experimental.IdentityCertificateUpdate;
type Authorities = experimental.CaCertificateUpdate;

const identityOf = ({ cert, key }: TlsMaterial): Identity => ({ certificate: Buffer.from(cert), privateKey: Buffer.from(key) });

const authoritiesOf = ({ ca }: TlsMaterial): Authorities | null => (ca === undefined ? null : { caCertificate: Buffer.from(ca) });

/** Tells the certificates as they are to each that listens, and whenever they change. */
const providerOf = (tls: Tls): Provider => {
  const ofIdentity = new Set<experimental.IdentityCertificateUpdateListener>();
  const ofAuthorities = new Set<experimental.CaCertificateUpdateListener>();
  tls.follow((now) => {
    for (const listener of ofAuthorities) listener(authoritiesOf(now));
    for (const listener of ofIdentity) listener(identityOf(now));
  });
  // The library hears of nothing while it adds a listener.
  return {
    addIdentityCertificateListener: (listener) => {
      ofIdentity.add(listener);
      queueMicrotask(() => listener(identityOf(tls.current)));
    },
    removeIdentityCertificateListener: (listener) => void ofIdentity.delete(listener),
    addCaCertificateListener: (listener) => {
      ofAuthorities.add(listener);
      queueMicrotask(() => listener(authoritiesOf(tls.current)));
    },
    removeCaCertificateListener: (listener) => void ofAuthorities.delete(listener),
  };
};

/** How gRPC listens: as REST does, without TLS or with the same certificates, and clients have to show one where there are authorities for them. */
export const grpcCredentials = (tls: Tls | undefined): ServerCredentials => {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const provider = providerOf(tls);
  const isMutual = tls.current.ca !== undefined;
  // The first is that of the identity, whatever the library calls it.
  return experimental.createCertificateProviderServerCredentials(provider, isMutual ? provider : null, isMutual);
};
