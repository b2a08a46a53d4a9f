import type { DiskChange } from './disk-change.ts';

/** A key whose expiry has changed; Infinity: none. */
export interface DueChange {
  readonly key: string;
  readonly before: number;
  readonly after: number;
}

/** Which expiries change, in an order that is near that of the disk: neighbours share pages, and what comes last is appended. */
export const dueChanges = (changes: ReadonlyArray<DiskChange>): ReadonlyArray<DueChange> => {
  const dues: DueChange[] = [];
  for (const { key, entry, before } of changes) {
    const due = { key, before: before?.expiresAt ?? Infinity, after: entry?.readDoubleLE(0) ?? Infinity };
    if (due.before !== due.after) dues.push(due);
  }
  return dues.sort((a, b) => a.after - b.after);
};
