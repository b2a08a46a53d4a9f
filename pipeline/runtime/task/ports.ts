import { Subject } from 'rxjs';
import { type Chunk, type StreamRecord, withRecords } from '../../core/chunk.ts';
import type { PortSink } from './node-context.ts';

/** The side outputs of one node: collects what is emitted while a chunk runs and sends one chunk on each connected port after it. */
export class Ports implements PortSink {
  readonly connected: ReadonlySet<string>;
  readonly #outputs = new Map<string, { readonly chunks: Subject<Chunk<unknown>>; records: StreamRecord<unknown>[] }>();

  constructor(connected: ReadonlyArray<string>) {
    this.connected = new Set(connected);
    for (const port of this.connected) this.#outputs.set(port, { chunks: new Subject(), records: [] });
  }

  emit(port: string, record: StreamRecord<unknown>): void {
    this.#outputs.get(port)?.records.push(record);
  }

  chunks(port: string): Subject<Chunk<unknown>> | undefined {
    return this.#outputs.get(port)?.chunks;
  }

  /** Sends what was emitted while `chunk` ran. */
  flush(chunk: Chunk<unknown>): void {
    for (const output of this.#outputs.values()) {
      const { records } = output;
      output.records = [];
      output.chunks.next(withRecords(chunk, records));
    }
  }
}
