import type { Callback, NativeConsumer, PartitionOffset } from '../../../../pipeline/cluster/kafka/client.ts';
import type { LogRecord } from '../../../../pipeline/core/ports/cluster.ts';

/** What one call of `consume` brings: records, and the ends of partitions that were reached. */
export interface Catch {
  readonly records?: ReadonlyArray<LogRecord>;
  readonly ends?: ReadonlyArray<PartitionOffset>;
}

/** A native consumer that hands out what a test laid ready, and writes down what it is told to do. */
export class FakeConsumer {
  readonly calls: string[] = [];
  readonly catches: Catch[] = [];
  /** While set, `consume` answers only when it is called. */
  release: (() => void) | undefined;
  isHeld = false;
  isLost = false;
  protocol = 'COOPERATIVE';
  #onEnd: (end: PartitionOffset) => void = () => undefined;

  get native(): NativeConsumer {
    return this as unknown as NativeConsumer;
  }

  on(event: string, listener: (end: PartitionOffset) => void): void {
    if (event === 'partition.eof') this.#onEnd = listener;
  }

  setDefaultConsumeTimeout(ms: number): void {
    this.calls.push(`timeout ${ms}`);
  }

  setDefaultIsTimeoutOnlyForFirstMessage(only: boolean): void {
    this.calls.push(`only first ${only}`);
  }

  consume(max: number, callback: Callback<LogRecord[]>): void {
    this.calls.push(`consume ${max}`);
    const answer = (): void => {
      const { records = [], ends = [] } = this.catches.shift() ?? {};
      for (const end of ends) this.#onEnd(end);
      callback(null, [...records]);
    };
    if (this.isHeld) this.release = answer;
    else answer();
  }

  seek({ topic, partition, offset }: PartitionOffset, _ms: number, callback: Callback<undefined>): void {
    this.calls.push(`seek ${topic}/${partition}@${offset}`);
    callback(null, undefined);
  }

  assignmentLost(): boolean {
    return this.isLost;
  }

  rebalanceProtocol(): string {
    return this.protocol;
  }

  unassign(): void {
    this.calls.push('unassign');
  }

  incrementalUnassign(partitions: ReadonlyArray<{ readonly partition: number }>): void {
    this.calls.push(`unassign ${partitions.map(({ partition }) => partition).join()}`);
  }
}

/** A record of partition `partition` of the topic `t`. */
export const recordAt = (partition: number, offset: number): LogRecord => ({
  topic: 't',
  partition,
  offset,
  key: null,
  value: null,
  timestamp: 0,
});
