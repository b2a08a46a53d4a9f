/** What a delivery is held up by: shown by the health server until the step has succeeded. */
export interface DeliveryTrouble {
  readonly step: string;
  /** How often it has failed in a row. */
  readonly attempts: number;
  readonly code: string;
  readonly error: string;
  /** When it failed first, ms since the epoch. */
  readonly since: number;
}

type Failure = Omit<DeliveryTrouble, 'since'>;

/** What each lane of a delivery is held up by now. */
export class Troubles {
  readonly #byLane = new Map<number | undefined, DeliveryTrouble>();

  /** A step of a lane has failed; `now`: ms since the epoch. */
  met(lane: number | undefined, failure: Failure, now: number): void {
    this.#byLane.set(lane, { ...failure, since: this.#byLane.get(lane)?.since ?? now });
  }

  /** A lane goes on, or is not ours any more. */
  over(lane: number | undefined): void {
    this.#byLane.delete(lane);
  }

  /** The one that lasts longest. */
  get worst(): DeliveryTrouble | undefined {
    return [...this.#byLane.values()].sort((a, b) => a.since - b.since)[0];
  }
}
