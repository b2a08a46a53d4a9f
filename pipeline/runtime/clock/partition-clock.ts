import { beginning } from '../../core/time.ts';
import type { WriterMarker } from './writer-marker.ts';

/** The clock of one partition: how far the events in it have come. It never goes back. */
export interface PartitionClock {
  /** ms since the epoch, or -Infinity before the first event. */
  time(): number;
  /** A record with this event time was read. */
  saw(time: number): void;
  /** An upstream task spoke in the partition. */
  heard(marker: WriterMarker): void;
  /** Whether the partition, as its writers say, holds nobody back now. */
  isExcluded(): boolean;
  /** Its state as text for the committed offset's metadata; `restore` reads it back. */
  save(): string;
  restore(saved: string): void;
}

/** The clock of a source's partition: the highest event time that was seen. */
export class EventClock implements PartitionClock {
  #time = beginning;

  time(): number {
    return this.#time;
  }

  saw(time: number): void {
    if (time > this.#time) this.#time = time;
  }

  heard(): void {
    // Only internal topics have writers.
  }

  isExcluded(): boolean {
    return false;
  }

  save(): string {
    return String(this.#time);
  }

  restore(saved: string): void {
    this.#time = saved === '' ? beginning : Number(saved);
  }
}

/** The clock of an internal topic's partition: the minimum over its writers that are not excluded. All must have spoken first. */
export class WriterClock implements PartitionClock {
  readonly #writers: number;
  readonly #times = new Map<number, { readonly time: number; readonly excluded: boolean }>();
  #time = beginning;

  /** `writers`: the number of upstream tasks, which is the partition count of their sub-topology. */
  constructor(writers: number) {
    this.#writers = writers;
  }

  time(): number {
    return this.#time;
  }

  saw(): void {
    // A record's own event time says nothing of what other writers still hold.
  }

  heard({ writer, time, excluded }: WriterMarker): void {
    const known = this.#times.get(writer)?.time ?? beginning;
    this.#times.set(writer, { time: Math.max(time, known), excluded });
    if (this.#times.size < this.#writers) return;
    const held = [...this.#times.values()].filter((clock) => !clock.excluded).map((clock) => clock.time);
    if (held.length > 0) this.#time = Math.max(this.#time, Math.min(...held));
  }

  isExcluded(): boolean {
    return this.#times.size >= this.#writers && [...this.#times.values()].every((clock) => clock.excluded);
  }

  save(): string {
    const writers = [...this.#times].map(([writer, { time, excluded }]) => `${writer}:${time}${excluded ? 'x' : ''}`);
    return [String(this.#time), ...writers].join(',');
  }

  restore(saved: string): void {
    const [time, ...writers] = saved.split(',');
    this.#time = time === undefined || time === '' ? beginning : Number(time);
    this.#times.clear();
    for (const entry of writers) {
      const [writer, at = ''] = entry.split(':');
      this.#times.set(Number(writer), { time: Number(at.replace('x', '')), excluded: at.endsWith('x') });
    }
  }
}
