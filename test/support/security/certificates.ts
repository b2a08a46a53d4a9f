import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** A key and the certificate for it, as paths to PEM and as text. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
  readonly pem: { readonly certificate: string; readonly key: string };
}

/** An authority of its own, which lasts for a day. */
export interface Authority {
  readonly folder: string;
  /** The path of its certificate. */
  readonly ca: string;
  readonly pem: string;
  /** Signs a certificate of this name, good for 127.0.0.1 and localhost. */
  readonly identity: (name: string) => Promise<Identity>;
  readonly close: () => Promise<void>;
}

const run = promisify(execFile);

/** Makes an authority with openssl. */
export const makeAuthority = async (): Promise<Authority> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'millrace-authority-'));
  const at = (file: string): string => path.join(folder, file);
  const openssl = (...args: ReadonlyArray<string>): Promise<unknown> => run('openssl', args, { cwd: folder });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  await openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '1', '-subj', '/CN=authority of the tests');
  await writeFile(at('names'), 'subjectAltName=IP:127.0.0.1,DNS:localhost');
  return {
    folder,
    ca: at('ca.pem'),
    pem: await readFile(at('ca.pem'), 'utf8'),
    identity: async (name) => {
      await openssl('req', '-new', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
      const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '1', '-extfile', 'names'];
      await openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, ...signing);
      const [certificate, secret] = await Promise.all([readFile(at(`${name}.pem`), 'utf8'), readFile(at(`${name}.key`), 'utf8')]);
      return { certificate: at(`${name}.pem`), key: at(`${name}.key`), pem: { certificate, key: secret } };
    },
    close: () => rm(folder, { recursive: true }),
  };
};
