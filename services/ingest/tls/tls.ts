import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { MillraceError } from '../../../pipeline/core/errors.ts';
import { WatchedFiles, type WatchPorts } from '../auth/watched-files.ts';

/** What a server shows and asks for, as PEM. */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
  /** Authorities of client certificates: with them, whoever has none is refused. */
  readonly ca?: string | undefined;
}

/** Where it stands. */
export interface TlsPaths {
  readonly certificate: string;
  readonly key: string;
  readonly clientCa?: string | undefined;
}

/** The certificates of a server as they are now. */
export interface Tls {
  readonly current: TlsMaterial;
  /** Calls `renew` whenever they have changed. */
  follow(renew: (now: TlsMaterial) => void): void;
  close(): void;
}

/**
 * Whether the key is that of the certificate, and each file has what it should: a context takes an empty one for none, and would trust the authorities of the
 * system in place of those of the clients.
 */
const isSound = ({ cert, key, ca }: TlsMaterial): boolean =>
  new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)) && (ca === undefined || new X509Certificate(ca).ca);

/** Throws `bad_config` where the files do not fit together. What the library says of them is left out: it may quote them. */
const read = ([cert = '', key = '', ca]: ReadonlyArray<string>): TlsMaterial => {
  const material = { cert, key, ca };
  try {
    if (!isSound(material)) throw new Error('not sound');
    createSecureContext(material);
  } catch {
    throw new MillraceError(
      'bad_config',
      'the files of --tls-cert, --tls-key and --tls-client-ca are no certificate with its key and authorities',
    );
  }
  return material;
};

/** Reads certificates and watches their files, so that they can be replaced while the server runs. Throws `bad_config`. */
export const watchTls = async ({ certificate, key, clientCa }: TlsPaths, ports: WatchPorts): Promise<Tls> => {
  const followers: ((now: TlsMaterial) => void)[] = [];
  const files = [certificate, key, ...(clientCa === undefined ? [] : [clientCa])];
  const changed = (now: TlsMaterial): void => followers.forEach((renew) => renew(now));
  const watched = await WatchedFiles.open({ files, what: 'certificates', read, changed }, ports);
  return {
    get current() {
      return watched.current;
    },
    follow: (renew) => void followers.push(renew),
    close: () => watched.close(),
  };
};
