import type { TopicPartition } from '../../core/ports/cluster.ts';
import type { DeliveryBatch, RefusedRow } from '../../core/ports/delivery.ts';
import type { DeliveryOptions, DeliveryPorts } from './delivery-options.ts';
import type { Retry } from './retrying.ts';
import { type DeliveryTrouble, Troubles } from './trouble.ts';

/** How often the log says how far a delivery has come, in ms. */
const everyMs = 10_000;

/** A step of a handover that is tried again when it fails. */
export type DeliveryStep = 'prepare' | 'announce' | 'learn' | 'deliver' | 'dead letter' | 'commit';

/** Measures a delivery, and tells its log how it gets on: at most one line in ten seconds while all is well, one for each retry. */
export class DeliveryProgress {
  readonly #options: DeliveryOptions;
  readonly #ports: DeliveryPorts<unknown>;
  readonly #labels: Readonly<Record<string, string>>;
  readonly #troubles = new Troubles();
  #batches = 0;
  #rows = 0;
  #since: number;

  constructor(options: DeliveryOptions, ports: DeliveryPorts<unknown>) {
    this.#options = options;
    this.#ports = ports;
    this.#labels = { topology: options.topology, node: options.node };
    this.#since = ports.clock.monotonic();
  }

  /** A batch is in the target. `started`: monotonic ms; `oldest`: Kafka's timestamp of its first record. */
  delivered({ rows }: DeliveryBatch<unknown>, started: number, oldest: number): void {
    const { meter, clock } = this.#ports;
    meter.count('delivery_batches_total', this.#labels, 1);
    meter.count('delivery_rows_total', this.#labels, rows.length);
    meter.observe('delivery_seconds', this.#labels, (clock.monotonic() - started) / 1000);
    meter.observe('delivery_age_seconds', this.#labels, Math.max(0, clock.now() - oldest) / 1000);
    this.#batches += 1;
    this.#rows += rows.length;
    this.#say();
  }

  /** A step failed and will be tried again after a while. */
  retried(step: DeliveryStep, at: Partial<TopicPartition>, { error, attempt, waitMs }: Retry): void {
    const { meter, log, clock } = this.#ports;
    meter.count('delivery_retries_total', this.#labels, 1);
    this.#troubles.met(at.partition, { step, attempts: attempt, code: error.code, error: error.message }, clock.now());
    const trouble = { attempt, waitMs: Math.round(waitMs), code: error.code, error: error.message };
    const fields = { ...this.#labels, step, ...at, ...trouble };
    log.warn(fields, 'A step of the delivery failed and is tried again; its rows wait in their topic.');
  }

  /** Rows were refused, and stand in the dead letter. */
  refused(rows: ReadonlyArray<RefusedRow>): void {
    for (const { rule } of rows) this.#ports.meter.count('delivery_refused_total', { ...this.#labels, rule }, 1);
    const [first] = rows;
    if (first === undefined) return;
    const fields = { ...this.#labels, rows: rows.length, rule: first.rule, offset: first.offset };
    this.#ports.log.warn(fields, 'The receiver refused rows; they are in the dead letter of the delivery.');
  }

  /** A step has succeeded, or a partition has left: it is held up no more. Without a partition: the target is prepared. */
  freed(partition?: number): void {
    this.#troubles.over(partition);
  }

  /** What has held up a partition for longest; `undefined` while all goes well. */
  get trouble(): DeliveryTrouble | undefined {
    return this.#troubles.worst;
  }

  /** How long the oldest record that is not in the target has been waiting; Kafka's timestamp of it, or `undefined` if there is none. */
  waiting(oldest: number | undefined): void {
    const { meter, clock } = this.#ports;
    meter.gauge('delivery_waiting_seconds', this.#labels, oldest === undefined ? 0 : Math.max(0, clock.now() - oldest) / 1000);
  }

  #say(): void {
    const ms = this.#ports.clock.monotonic() - this.#since;
    if (ms < everyMs) return;
    const fields = {
      ...this.#labels,
      topic: this.#options.topic,
      batches: this.#batches,
      rows: this.#rows,
      rowsPerSecond: Math.round((this.#rows * 1000) / ms),
    };
    this.#ports.log.info(fields, 'Delivered rows.');
    this.#batches = 0;
    this.#rows = 0;
    this.#since = this.#ports.clock.monotonic();
  }
}
