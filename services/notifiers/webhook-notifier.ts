import { messageOf, MillraceError } from '../../pipeline/core/errors.ts';
import type { Clock } from '../../pipeline/core/ports/clock.ts';
import { jsonOf } from '../../pipeline/http-delivery/parcels.ts';
import { secretsIn, signatureHeader, signatureOf } from '../actuators/webhook-signature.ts';
import type { Notifier } from './notifier.ts';

const shortest = 16;

/** Posts notices as JSON, signed as commands are: a receiver of both checks them alike. `name` is that of the notifier. */
export const webhookNotifier = (
  name: string,
  secretFile: string,
  ports: { readonly clock: Pick<Clock, 'now'>; readonly readFile: (path: string) => Promise<string> },
): Notifier => {
  /** Read anew each time, so that they can be changed while the process runs. */
  const secrets = async (code: 'bad_config' | 'receiver_unavailable'): Promise<ReadonlyArray<string>> => {
    const wrong = (why: string, cause?: unknown): MillraceError => new MillraceError(code, `notifier "${name}", secretFile ${why}`, cause);
    const text = await ports.readFile(secretFile).catch((error: unknown) => {
      throw wrong(`cannot be read: ${messageOf(error)}`, error);
    });
    const found = secretsIn(text);
    if (found.length === 0 || found.some(({ length }) => length < shortest))
      throw wrong(`holds no secret of ${shortest} characters or more a line`);
    return found;
  };
  return {
    prepare: async () => {
      await secrets('bad_config');
    },
    requestOf: async (notice) => {
      const body = jsonOf(notice);
      const signature = signatureOf(body, Math.floor(ports.clock.now() / 1000), await secrets('receiver_unavailable'));
      return { body, headers: { [signatureHeader]: signature } };
    },
  };
};
