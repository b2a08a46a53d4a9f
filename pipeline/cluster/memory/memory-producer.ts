import { MillraceError } from '../../core/errors.ts';
import type { NewRecord, PlainProducer, TopicPartition } from '../../core/ports/cluster.ts';
import type { Session } from './session.ts';

/** A producer without transactions: a record is in the log, for everybody, when `send` returns. */
export class MemoryProducer implements PlainProducer {
  readonly #session: Session;
  #closed = false;

  constructor(session: Session) {
    this.#session = session;
  }

  send(record: NewRecord): Promise<TopicPartition & { readonly offset: number }> {
    return this.#session.run('send', '', () => {
      if (this.#closed) throw new MillraceError('engine_defect', 'The producer is closed.');
      return this.#session.broker.append(record);
    });
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#session.made.remove(this);
    return Promise.resolve();
  }
}
