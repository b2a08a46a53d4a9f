import { readFile } from 'node:fs/promises';
import { readSecret } from '../../pipeline/cluster/kafka/read-secret.ts';
import { MillraceError, messageOf } from '../../pipeline/core/errors.ts';
import type { AuthPorts } from '../../services/ingest/auth/authenticate.ts';
import type { WatchPorts } from '../../services/ingest/auth/watched-files.ts';
import { watchKeys } from '../../services/ingest/auth/watched-keys.ts';
import { watchLinks } from '../../services/ingest/auth/watched-links.ts';
import { type Redactor, redactor } from '../../services/ingest/redaction/redactor.ts';
import { readRules } from '../../services/ingest/redaction/rule-file.ts';
import { type Tls, watchTls } from '../../services/ingest/tls/tls.ts';
import type { Settings } from '../cli/setting-table.ts';
import { openTokens } from './open-tokens.ts';

/** Who is let in, by which certificates, and what is taken out of what they send, from files that are watched until `close`. */
export interface Doors extends AuthPorts {
  readonly tls?: Tls | undefined;
  readonly redactor?: Redactor | undefined;
  readonly close: () => void;
}

const openTls = ({ tlsCert, tlsKey, tlsClientCa }: Settings, ports: WatchPorts): Promise<Tls> | undefined =>
  tlsCert === undefined || tlsKey === undefined ? undefined : watchTls({ certificate: tlsCert, key: tlsKey, clientCa: tlsClientCa }, ports);

const openRedactor = async ({ redaction, redactionKeyFile }: Settings): Promise<Redactor | undefined> => {
  if (redaction === undefined || redactionKeyFile === undefined) return undefined;
  const rules = await readFile(redaction, 'utf8').catch((error: unknown) => {
    throw new MillraceError('bad_config', `the file of redaction rules cannot be read: ${messageOf(error)}`, error);
  });
  return redactor(readRules(rules), await readSecret(redactionKeyFile, 'the key of redaction'));
};

/** Opens the files that tell who may send. Throws `bad_config` if one of them is not what it should be. */
export const openDoors = async (settings: Settings, ports: WatchPorts): Promise<Doors> => {
  const open: { close(): void }[] = [];
  const opened = <T extends { close(): void } | undefined>(one: T): T => {
    if (one !== undefined) open.push(one);
    return one;
  };
  const close = (): void => open.forEach((one) => one.close());
  try {
    const keys = opened(await watchKeys(settings.keys ?? '', ports));
    const links = opened(settings.links === undefined ? undefined : await watchLinks(settings.links, ports));
    const tokens = opened(await openTokens(settings, ports));
    const tls = opened(await openTls(settings, ports));
    return {
      ring: () => keys.current.ring,
      ...(links === undefined ? {} : { links: () => links.current.ring }),
      tokens: tokens?.tokens,
      tls,
      redactor: await openRedactor(settings),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
};
