import type { Chunk } from '../../pipeline/core/chunk.ts';

/** What brings a revision of a window about. */
export interface Occasion {
  readonly final: boolean;
  readonly provisional: boolean;
  /** Whether something has come in since the revision before. */
  readonly changed: boolean;
  /** ms. */
  readonly streamTime: number;
}

/** The window closes at this stream time. */
export const closing = (changed: boolean, streamTime: number): Occasion => ({ final: true, provisional: false, changed, streamTime });

/** The window has changed, and the chunk says that this is to be told. */
export const changing = ({ signal, streamTime }: Chunk<unknown>): Occasion => ({
  final: false,
  provisional: signal === 'idle',
  changed: true,
  streamTime,
});
