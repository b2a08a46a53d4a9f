/** When an entry on disk expires, and how large it is with its key. */
export interface DiskFacts {
  readonly expiresAt: number;
  readonly bytes: number;
}

/** What becomes of one key: `entry` is its new encoded entry, null when it is gone; `before` what the disk has under it. */
export interface DiskChange {
  readonly key: string;
  readonly entry: Buffer | null;
  readonly before: DiskFacts | undefined;
}
