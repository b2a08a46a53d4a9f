import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import type { ByHand } from '../operator-case.ts';

interface Count {
  readonly version: string;
  readonly start: number;
  n: number;
}

/** Counts by version and window in a map; tells what has changed at each commit and drops what has closed. */
export const windowByHand = ({ size, lateness }: { readonly size: number; readonly lateness: number }): ByHand => {
  const counts = new Map<string, Count>();
  let changed = new Set<Count>();
  let now = -Infinity;
  let made = 0;
  let told: Count[] = [];
  const close = (): void => {
    for (const [key, count] of counts) if (count.start + size + lateness <= now) counts.delete(key);
  };
  let closed = 0;
  return {
    take: ({ records }) => {
      for (const { value, time } of records) {
        const { model_version } = value as FeedbackEvent;
        const start = Math.floor(time / size) * size;
        const key = `${start}|${model_version ?? ''}`;
        let count = counts.get(key);
        if (count === undefined) counts.set(key, (count = { version: model_version ?? '', start, n: 0 }));
        count.n += 1;
        changed.add(count);
        if (time > now) now = time;
      }
    },
    commit: () => {
      for (const { version, start, n } of changed) told.push({ version, start, n });
      made += told.length;
      told = [];
      changed = new Set();
      if (now < closed + size) return;
      closed = now;
      close();
    },
    get made() {
      return made;
    },
  };
};
