import { MillraceError } from '../../core/errors.ts';
import { Transaction, type Outcome } from './transaction.ts';

interface Holder {
  epoch: number;
  /** The last epoch that ended because its transaction was open for too long. */
  expired: number;
  open: Transaction | undefined;
  /** The last one that was ended: the next may begin only when its markers are written. */
  last: Transaction | undefined;
}

/** Who does something under a transactional id. */
export interface Holding {
  readonly id: string;
  readonly epoch: number;
}

/** Who holds each transactional id, by epoch, and the transaction that is open under it. */
export class TransactionCoordinator {
  readonly #holders = new Map<string, Holder>();
  readonly #timeoutMs: number;

  /** `timeoutMs`: Kafka's `transaction.timeout.ms`. */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** A new holder of the id: aborts what the earlier one left open, fences it, and returns the new epoch. */
  init(transactionalId: string): number {
    const holder = this.#holders.get(transactionalId) ?? { epoch: -1, expired: -1, open: undefined, last: undefined };
    this.#holders.set(transactionalId, holder);
    this.#fence(holder);
    return holder.epoch;
  }

  /** The open transaction of this holder, begun now (`now`: monotonic ms) if there is none. Throws `fenced` or `transaction_expired`. */
  open(transactionalId: string, epoch: number, now: number): Transaction {
    const holder = this.#check(transactionalId, epoch);
    holder.open ??= new Transaction(transactionalId, now + this.#timeoutMs);
    return holder.open;
  }

  isFenced(transactionalId: string, epoch: number): boolean {
    return this.#holders.get(transactionalId)?.epoch !== epoch;
  }

  /** Ends the open transaction, if anything was done in it; its markers come after `lag`. Throws `fenced` or `transaction_expired`. */
  end({ id, epoch }: Holding, outcome: Outcome, lag?: Promise<void>): void {
    const holder = this.#check(id, epoch);
    holder.open?.end(outcome, lag);
    holder.last = holder.open;
    holder.open = undefined;
  }

  /** Resolves when the markers of the id's last transaction are written. */
  settled(transactionalId: string): Promise<void> {
    return this.#holders.get(transactionalId)?.last?.marked ?? Promise.resolve();
  }

  /** Aborts and fences whoever kept a transaction open for too long. Tells whether there was one. */
  expire(now: number): boolean {
    const late = [...this.#holders.values()].filter(({ open }) => open !== undefined && open.deadline <= now);
    for (const holder of late) {
      holder.expired = holder.epoch;
      this.#fence(holder);
    }
    return late.length > 0;
  }

  /** When `expire` has something to do next; `Infinity` if nothing is open. */
  get nextDeadline(): number {
    return Math.min(Infinity, ...[...this.#holders.values()].map(({ open }) => open?.deadline ?? Infinity));
  }

  #fence(holder: Holder): void {
    holder.open?.end('aborted');
    holder.open = undefined;
    holder.epoch += 1;
  }

  #check(transactionalId: string, epoch: number): Holder {
    const holder = this.#holders.get(transactionalId);
    if (holder?.epoch === epoch) return holder;
    if (holder?.expired === epoch)
      throw new MillraceError('transaction_expired', `The transaction of '${transactionalId}' was open for too long.`);
    throw new MillraceError('fenced', `The producer with transactional.id '${transactionalId}' is fenced: a newer one took it over.`);
  }
}
