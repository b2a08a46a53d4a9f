import { MillraceError } from '../../core/errors.ts';
import type { CommittedOffset, GroupConsumer, NewRecord, TransactionalProducer } from '../../core/ports/cluster.ts';
import type { Operation } from './faults.ts';
import { MemoryGroupConsumer } from './memory-group-consumer.ts';
import type { Session } from './session.ts';
import type { Transaction } from './transaction.ts';

type Phase = 'ready' | 'open' | 'failed' | 'closed';

/**
 * The holder of a transactional id. A record is in the log at once, hidden from committed readers. As with a real client, a fenced
 * producer learns of it with the next `sendOffsets`, `commit` or `abort`, not from `produce`.
 */
export class MemoryTransactionalProducer implements TransactionalProducer {
  readonly #session: Session;
  readonly #id: string;
  readonly #epoch: number;
  #phase: Phase = 'ready';

  /** `epoch`: what the coordinator gave when the id was initialised. */
  constructor(session: Session, id: string, epoch: number) {
    this.#session = session;
    this.#id = id;
    this.#epoch = epoch;
  }

  begin(): Promise<void> {
    return this.#run('begin', async () => {
      this.#expect('ready');
      await this.#session.broker.coordinator.settled(this.#id);
      this.#phase = 'open';
    });
  }

  produce(record: NewRecord): boolean {
    const { broker } = this.#session;
    this.#session.check();
    this.#expect('open');
    this.#strike('before');
    if (!broker.coordinator.isFenced(this.#id, this.#epoch)) broker.append(record, this.#transaction());
    this.#strike('after');
    return true;
  }

  drain(): Promise<void> {
    return Promise.resolve();
  }

  sendOffsets(consumer: GroupConsumer, offsets: ReadonlyArray<CommittedOffset>): Promise<void> {
    return this.#run('sendOffsets', () => {
      this.#expect('open');
      if (!(consumer instanceof MemoryGroupConsumer)) throw new MillraceError('engine_defect', 'The consumer is not of a memory cluster.');
      const transaction = this.#transaction();
      consumer.check(offsets);
      transaction.sends(consumer.group, offsets);
    });
  }

  commit(): Promise<void> {
    return this.#run('commit', () => {
      this.#expect('open');
      this.#end('committed');
    });
  }

  abort(): Promise<void> {
    return this.#run('abort', () => {
      if (this.#phase !== 'failed') this.#expect('open');
      this.#end('aborted');
    });
  }

  /** Aborts what is open, unless the process has crashed: then the coordinator does, in time. */
  close(): Promise<void> {
    this.#session.made.remove(this);
    const { coordinator } = this.#session.broker;
    const mayAbort = this.#phase !== 'closed' && !this.#session.crashed && !coordinator.isFenced(this.#id, this.#epoch);
    if (mayAbort) this.#end('aborted');
    this.#phase = 'closed';
    return Promise.resolve();
  }

  #strike(when: 'before' | 'after'): void {
    const { broker, clientId } = this.#session;
    void broker.faults[when]?.({ operation: 'produce', client: clientId, name: this.#id });
  }

  #transaction(): Transaction {
    const { coordinator, clock } = this.#session.broker;
    return coordinator.open(this.#id, this.#epoch, clock.monotonic());
  }

  #end(outcome: 'committed' | 'aborted'): void {
    const { broker } = this.#session;
    broker.coordinator.end({ id: this.#id, epoch: this.#epoch }, outcome, outcome === 'committed' ? broker.markerLag() : undefined);
    this.#phase = 'ready';
    this.#session.broker.changed();
  }

  async #run(operation: Operation, work: () => void | Promise<void>): Promise<void> {
    try {
      await this.#session.run(operation, this.#id, work);
    } catch (error) {
      if (error instanceof MillraceError && error.code === 'transaction_aborted') this.#phase = 'failed';
      throw error;
    }
  }

  #expect(phase: Phase): void {
    if (this.#phase === phase) return;
    const aborted = this.#phase === 'failed';
    const message = aborted ? 'must be aborted before anything else' : `cannot do this: it is ${this.#phase}, not ${phase}`;
    throw new MillraceError(aborted ? 'transaction_aborted' : 'engine_defect', `The transaction of '${this.#id}' ${message}.`);
  }
}
