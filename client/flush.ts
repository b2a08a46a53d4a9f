import type { Lane } from './lane.ts';
import type { Platform } from './platform.ts';

/** Resolves when `work` has, or after so many ms. Without a time it waits for the work alone. */
const within = async (work: Promise<unknown>, platform: Platform, ms: number | undefined): Promise<void> => {
  if (ms === undefined) {
    await work;
    return;
  }
  let cancel = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    cancel = platform.after(ms, resolve);
  });
  await Promise.race([work, passed]);
  cancel();
};

/** Hurries all lanes. Resolves when what they hold now has its answer, or after so many ms; to how many have none. */
export const flush = async (lanes: ReadonlyArray<Lane>, platform: Platform, ms?: number): Promise<number> => {
  const waited = lanes.flatMap((lane) => lane.unanswered);
  const left = new Set(waited);
  for (const lane of lanes) lane.hurry();
  const answered = waited.map(async (entry) => {
    await entry.answer.catch(() => undefined);
    left.delete(entry);
  });
  await within(Promise.all(answered), platform, ms);
  return left.size;
};
