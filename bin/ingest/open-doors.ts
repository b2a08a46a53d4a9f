import type { AuthPorts } from '../../services/ingest/auth/authenticate.ts';
import type { WatchPorts } from '../../services/ingest/auth/watched-files.ts';
import { watchKeys } from '../../services/ingest/auth/watched-keys.ts';
import { watchLinks } from '../../services/ingest/auth/watched-links.ts';
import { type Tls, watchTls } from '../../services/ingest/tls/tls.ts';
import type { Settings } from '../cli/setting-table.ts';
import { openTokens } from './open-tokens.ts';

/** Who is let in and by which certificates, from files that are watched until `close`. */
export interface Doors extends AuthPorts {
  readonly tls?: Tls | undefined;
  readonly close: () => void;
}

const openTls = ({ tlsCert, tlsKey, tlsClientCa }: Settings, ports: WatchPorts): Promise<Tls> | undefined =>
  tlsCert === undefined || tlsKey === undefined ? undefined : watchTls({ certificate: tlsCert, key: tlsKey, clientCa: tlsClientCa }, ports);

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
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
};
