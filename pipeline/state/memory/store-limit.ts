import { MillraceError } from '../../core/errors.ts';
import { mostSlots } from './slot-table.ts';

/** Whose state it is and how much of it may be held. */
export interface MemoryStoreOptions {
  /** The node's name, for messages. */
  readonly node: string;
  /** Live entries at most; 67 million (2^26) if left out, which is what one store can hold. */
  readonly limitEntries?: number;
  /** Encoded bytes at most, as estimated by `size`; unlimited if left out. */
  readonly limitBytes?: number;
}

/** How many entries a store may hold, by what an entry weighs in the mean. */
export class StoreLimit {
  readonly #options: MemoryStoreOptions;
  #entries: number;

  constructor(options: MemoryStoreOptions) {
    this.#options = options;
    this.#entries = options.limitEntries ?? mostSlots;
  }

  /** `bytes`: of a mean entry; 0 if it is not known. */
  weigh(bytes: number): void {
    const { limitEntries = mostSlots, limitBytes = Infinity } = this.#options;
    this.#entries = Math.min(limitEntries, limitBytes / bytes);
  }

  isPassedBy(entries: number): boolean {
    return entries > this.#entries;
  }

  /** The error of a store that has passed it. */
  passed({ entries, bytes }: { readonly entries: number; readonly bytes: number }): MillraceError {
    const { node, limitEntries = mostSlots, limitBytes } = this.#options;
    const limits = `${limitEntries} entries${limitBytes === undefined ? '' : ` or ${limitBytes} bytes`}`;
    return new MillraceError('state_limit', `node ${node} keeps ${entries} entries of about ${bytes} bytes; its limit is ${limits}`);
  }
}
