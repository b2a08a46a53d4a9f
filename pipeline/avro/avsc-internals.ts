import type { Type } from 'avsc';

/** avsc's cursor over a buffer. Reading past the end does not throw: it moves `pos` past it, which is checked when all is read. */
export interface Tap {
  readonly buf: Buffer;
  pos: number;
  readLong(): number;
  skipLong(): void;
  readString(): string | undefined;
  skipString(): void;
}

/** The part of a type that avsc's own types call on each other. */
export interface Node {
  _read(tap: Tap): unknown;
  _skip(tap: Tap): void;
  _write(tap: Tap, value: unknown): void;
}

/** Sees a type as avsc's own types do; its published types leave that part out. */
export const nodeOf = (type: unknown): Node => type as Node;

/** A reader of what another schema wrote, as avsc fills it in. */
export interface Resolver {
  _read: (tap: Tap) => unknown;
}

/** A type that can fill a resolver in. */
export interface Resolving {
  _update(resolver: Resolver, writer: Type): void;
}
