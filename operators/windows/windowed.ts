import type { OffsetRange } from './offset-range.ts';

/** What a window is of, besides its time: names and texts. */
export type Dims = Readonly<Record<string, string>>;

/** A type of dims whose names are known: every field is a text. */
export type NamedDims<D> = { readonly [N in keyof D]: string };

/** What results and parts of a window have in common. Times are ms since the epoch, UTC. */
interface WindowFields<D extends NamedDims<D>> {
  /** Inclusive. */
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** The stream time at which it closes: its end plus the lateness that is allowed. */
  readonly closesAt: number;
  readonly dims: D;
  /** From 1 on, without gaps; a higher one replaces all before it. */
  readonly revision: number;
  /** Whether no further revision comes. Every window gets one such, even if nothing has changed. */
  readonly final: boolean;
  /** Whether it was told because the stream fell quiet. Never so when final. */
  readonly provisional: boolean;
  /** How many records went in. */
  readonly n: number;
  /** Stream time when it was told, ms; `-Infinity` if nothing had moved it yet. */
  readonly streamTime: number;
  /** Where the records first entered Kafka, by topic and partition. */
  readonly offsets: ReadonlyArray<OffsetRange>;
}

/** A revision of a window's result. */
export interface Windowed<D extends NamedDims<D>, out Out> extends WindowFields<D> {
  readonly value: Out;
}

/** What one task knows of a window: all of it that went through this task, to be merged with the parts of others. */
export interface WindowPart<D extends NamedDims<D>, Acc> extends WindowFields<D> {
  /** `node/partition` of the window operator that it comes from. */
  readonly task: string;
  /** Whether it holds more than the revision before it. A final part may not. */
  readonly changed: boolean;
  /** Not to be changed: the task goes on with a copy. */
  readonly acc: Acc;
}

/** A record that came after its window had closed. */
export interface LateRecord<out T, D extends NamedDims<D>> {
  readonly start: number;
  readonly end: number;
  readonly dims: D;
  readonly value: T;
}
