import type { Clock } from '../../pipeline/core/ports/clock.ts';
import type { Log } from '../../pipeline/core/ports/log.ts';
import type { AuthPorts } from '../../services/ingest/auth/authenticate.ts';
import { watchKeys } from '../../services/ingest/auth/watched-keys.ts';
import { watchLinks } from '../../services/ingest/auth/watched-links.ts';
import type { Settings } from '../cli/setting-table.ts';
import { openTokens } from './open-tokens.ts';

/** Who is let in, from files that are watched until `close`. */
export interface Doors extends AuthPorts {
  readonly close: () => void;
}

/** Opens the files that tell who may send. Throws `bad_config` if one of them is not what it should be. */
export const openDoors = async (settings: Settings, ports: { readonly clock: Clock; readonly log: Log }): Promise<Doors> => {
  const open: { close(): void }[] = [];
  const opened = <T extends { close(): void }>(one: T): T => {
    open.push(one);
    return one;
  };
  const close = (): void => open.forEach((one) => one.close());
  try {
    const keys = opened(await watchKeys(settings.keys ?? '', ports));
    const links = settings.links === undefined ? undefined : opened(await watchLinks(settings.links, ports));
    const tokens = await openTokens(settings, ports);
    if (tokens !== undefined) opened(tokens);
    return {
      ring: () => keys.current.ring,
      ...(links === undefined ? {} : { links: () => links.current.ring }),
      tokens: tokens?.tokens,
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
};
