import type { RefusedRow } from '../core/ports/delivery.ts';
import type { Parcel } from './parcels.ts';

/**
 * How far a batch has come over all attempts to hand it over: what the receiver has taken or refused is not posted again in the next one.
 * Lives in memory only: after a crash the whole batch is posted again, under the same keys.
 */
export class BatchProgress<T> {
  readonly refused: RefusedRow[] = [];
  readonly #chains: ReadonlyArray<Parcel<T>[]>;
  readonly #firstTried = new Map<Parcel<T>, number>();

  constructor(chains: ReadonlyArray<ReadonlyArray<Parcel<T>>>) {
    this.#chains = chains.map((chain) => [...chain]);
  }

  /** What is left of each chain, in order; `settle` takes from its front. */
  get open(): ReadonlyArray<ReadonlyArray<Parcel<T>>> {
    return this.#chains.filter((chain) => chain.length > 0);
  }

  /** Notes that a parcel is tried. Returns when it was tried first, monotonic ms; `undefined` if this is the first time. */
  tried(parcel: Parcel<T>, now: number): number | undefined {
    const first = this.#firstTried.get(parcel);
    if (first === undefined) this.#firstTried.set(parcel, now);
    return first;
  }

  /** The first parcel of a chain has come to its end: taken, or refused for a reason. */
  settle(parcel: Parcel<T>, refusal?: Omit<RefusedRow, 'offset'>): void {
    const chain = this.#chains.find(([first]) => first === parcel);
    chain?.shift();
    this.#firstTried.delete(parcel);
    if (refusal !== undefined) this.refused.push(...parcel.rows.map(({ offset }) => ({ offset, ...refusal })));
  }
}
