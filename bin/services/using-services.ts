import { MillraceError } from '../../pipeline/core/errors.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import type { Services } from './services.ts';

/** How long services may take to close after something has failed, in ms: what has failed may be what they wait for. */
const closeWithin = 5_000;

const closeInTime = async (services: Services): Promise<void> => {
  const closed = new AbortController();
  await Promise.race([services.close().finally(() => closed.abort()), systemClock.sleep(closeWithin, closed.signal)]);
};

/**
 * Uses services and closes them. When `use` fails they get a few seconds for it; after a drain that took too long, none: whatever did not answer
 * then is not waited for again, and what it holds ends with the process.
 */
export const usingServices = async <T>(services: Services, use: () => Promise<T>): Promise<T> => {
  let result: T;
  try {
    result = await use();
  } catch (error) {
    if (!(error instanceof MillraceError && error.code === 'shutdown_timeout')) await closeInTime(services).catch(() => undefined);
    throw error;
  }
  await services.close();
  return result;
};
