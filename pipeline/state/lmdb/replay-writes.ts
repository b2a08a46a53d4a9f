import { bytesIn } from './byte-window.ts';
import type { DiskFacts } from './disk-change.ts';
import { longestKey } from './disk-key.ts';
import type { Growth } from './disk-mark.ts';
import { type DiskWriter, writeDue, writeEntry } from './disk-writes.ts';
import type { ReplayBatch } from './replay-batch.ts';

/** A batch of replayed changes and what the disk has under their keys, by slot; none: nothing. */
export interface ReplayWrites {
  readonly batch: ReplayBatch;
  readonly before: ReadonlyMap<number, DiskFacts>;
}

const noBytes = Buffer.alloc(0);

/** By how much entries and bytes grow. */
export const replayGrowth = ({ batch, before }: ReplayWrites): Growth => {
  let [entries, bytes] = [-before.size, 0];
  for (const facts of before.values()) bytes -= facts.bytes;
  for (let slot = 0; slot < batch.size; slot++) {
    const length = batch.entryLength(slot);
    if (length === undefined) continue;
    entries += 1;
    bytes += batch.keyLength(slot) + length;
  }
  return { entries, bytes };
};

const isLong = (batch: ReplayBatch, slot: number): boolean => batch.keyLength(slot) > longestKey;

const writeEntryOf = (to: DiskWriter, { batch, before }: ReplayWrites, slot: number): void => {
  const isGone = batch.entryLength(slot) === undefined;
  if (isGone && !before.has(slot)) return;
  if (isLong(batch, slot)) {
    const entry = isGone ? null : bytesIn(batch.entry(slot));
    writeEntry(to, { key: batch.key(slot), entry, before: undefined });
  } else if (isGone) to.remove(batch.entryKey(slot));
  else to.put(batch.entryKey(slot), batch.entry(slot));
};

const writeDueOf = (to: DiskWriter, { batch, before }: ReplayWrites, slot: number): void => {
  const after = batch.expiry(slot);
  const earlier = before.get(slot)?.expiresAt ?? Infinity;
  if (after === earlier) return;
  if (earlier !== Infinity || isLong(batch, slot)) writeDue(to, { key: batch.key(slot), before: earlier, after });
  else to.put(batch.dueKey(slot), noBytes);
};

/** Writes a batch: the entries near the order of their keys, then the references near that of their expiries, as neighbours share pages. */
export const writeReplayed = (to: DiskWriter, writes: ReplayWrites): void => {
  for (const slot of writes.batch.byKey()) writeEntryOf(to, writes, slot);
  for (const slot of writes.batch.byExpiry()) writeDueOf(to, writes, slot);
};
