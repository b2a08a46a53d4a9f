import { MillraceError } from '../../core/errors.ts';

/** Words of a page, the unit in which memory is asked for; 1 MiB. */
const pageShift = 18;
const pageWords = 2 ** pageShift;
const inPage = pageWords - 1;
/** Words of a slab: what is cut into blocks of one size; 16 KiB. */
const slabShift = 12;
const slabWords = 2 ** slabShift;
/** Of the first page there is only so much: most stores are small, and many come and go. */
const firstSlabs = 4;
/** Larger blocks than this have pages of their own. */
const mostWords = slabWords / 2;

/** The size of the block that so many words get: within an eighth of what is asked for, beyond the smallest ones. */
const sizeOf = (words: number): number => {
  if (words <= 64) return (words + 3) & ~3;
  return words <= 512 ? (words + 15) & ~15 : (words + 127) & ~127;
};

/** How many pages an address of 31 bits reaches: 8 GiB. */
const reachable = 2 ** (31 - pageShift);

/** 16 KiB within a page, cut into blocks of one size. */
interface Slab {
  readonly address: number;
  size: number;
  /** The block that was freed last; each holds the address of the next. 0: none. */
  free: number;
  /** Words from its beginning on that were given out at some time. */
  begun: number;
  live: number;
  /** Its place in the list of those of its size that have room; -1 if it has none. */
  place: number;
}

const hasRoom = ({ free, begun, size }: Slab): boolean => free !== 0 || begun + size <= slabWords;

/**
 * Blocks of bytes outside the heap that the collector looks through, so that a million entries cost it nothing. A slab allocator: blocks of
 * one size share a slab, and a slab that is empty serves any size again. `allocate` and `free` cost O(1).
 *
 * An address is a number of 32-bit words; 0 is none. What is in a block may be read and written with `words` and `bytes`.
 */
export class BlockMemory {
  readonly #words: Int32Array[] = [];
  readonly #bytes: Buffer[] = [];
  /** By slab number: address / slabWords. */
  readonly #slabs: Slab[] = [];
  readonly #empty: Slab[] = [];
  /** By block size: the slabs that have room. */
  readonly #roomy: Slab[][] = [];
  /** Numbers of pages whose one block was freed. */
  readonly #freePages: number[] = [];

  readonly #node: string;
  readonly #mostPages: number;

  /** `node`: whose state it is, for the message of the `state_limit` that is thrown when it needs more than `mostPages` of 1 MiB. */
  constructor(node: string, mostPages = reachable) {
    this.#node = node;
    this.#mostPages = mostPages;
  }

  /** The page that holds a block, as words, ... */
  words(address: number): Int32Array {
    return this.#words[address >>> pageShift] ?? nowhere;
  }

  /** ... and as bytes, ... */
  bytes(address: number): Buffer {
    return this.#bytes[address >>> pageShift] ?? noBytes;
  }

  /** ... and where in it the block begins, in words. */
  place(address: number): number {
    return address & inPage;
  }

  /** A block of so many words at least; what is in it is anything. */
  allocate(words: number): number {
    if (words > mostWords) return this.#allocateLarge(words);
    const size = sizeOf(words);
    const roomy = (this.#roomy[size] ??= []);
    const slab = roomy.at(-1) ?? this.#cut(size, roomy);
    slab.live += 1;
    let address = slab.free;
    if (address === 0) {
      address = slab.address + slab.begun;
      slab.begun += size;
    } else slab.free = this.words(address)[address & inPage] ?? 0;
    if (!hasRoom(slab)) {
      roomy.pop();
      slab.place = -1;
    }
    return address;
  }

  /** `words` as it was allocated with. */
  free(address: number, words: number): void {
    if (words > mostWords) return this.#freePage(address >>> pageShift);
    const slab = this.#slabs[address >>> slabShift];
    if (slab === undefined) return;
    this.words(address)[address & inPage] = slab.free;
    slab.free = address;
    slab.live -= 1;
    const roomy = (this.#roomy[slab.size] ??= []);
    if (slab.place < 0) slab.place = roomy.push(slab) - 1;
    if (slab.live === 0) this.#retire(slab, roomy);
  }

  /** Whether a block of so many words has room for so many others. */
  fits(words: number, others: number): boolean {
    return words > mostWords || others > mostWords ? words === others : sizeOf(words) === sizeOf(others);
  }

  clear(): void {
    for (const list of [this.#words, this.#bytes, this.#slabs, this.#empty, this.#roomy, this.#freePages]) list.length = 0;
  }

  /** The first page is not given to one block: the address of that would be none. */
  #allocateLarge(words: number): number {
    if (this.#words.length === 0) this.#addSlabs();
    return this.#addPage(words) * pageWords;
  }

  #retire(slab: Slab, roomy: Slab[]): void {
    const last = roomy.pop();
    if (last !== undefined && last !== slab) {
      roomy[slab.place] = last;
      last.place = slab.place;
    }
    slab.place = -1;
    this.#empty.push(slab);
  }

  #cut(size: number, roomy: Slab[]): Slab {
    if (this.#empty.length === 0) this.#addSlabs();
    const slab = this.#empty.pop();
    if (slab === undefined) throw new RangeError('a new page has no slabs');
    slab.size = size;
    slab.free = 0;
    // Address 0 stands for none, so the first block of the first slab is never given out.
    slab.begun = slab.address === 0 ? size : 0;
    slab.place = roomy.push(slab) - 1;
    return slab;
  }

  #addSlabs(): void {
    const words = this.#words.length === 0 ? firstSlabs * slabWords : pageWords;
    const first = this.#addPage(words) * pageWords;
    for (let address = first + words - slabWords; address >= first; address -= slabWords) {
      const slab = { address, size: 0, free: 0, begun: 0, live: 0, place: -1 };
      this.#slabs[address >>> slabShift] = slab;
      this.#empty.push(slab);
    }
  }

  #addPage(words: number): number {
    const page = this.#freePages.pop() ?? this.#words.length;
    if (page >= this.#mostPages) throw this.#full();
    const memory = new ArrayBuffer(words * 4);
    this.#words[page] = new Int32Array(memory);
    this.#bytes[page] = Buffer.from(memory);
    return page;
  }

  #full(): MillraceError {
    const remedy = 'give its topics more partitions, or keep its state on disk (--state-dir)';
    return new MillraceError(
      'state_limit',
      `node ${this.#node} keeps more than ${this.#mostPages} MiB in memory for one partition; ${remedy}`,
    );
  }

  #freePage(page: number): void {
    this.#words[page] = nowhere;
    this.#bytes[page] = noBytes;
    this.#freePages.push(page);
  }
}

const nowhere = new Int32Array(0);
const noBytes = Buffer.alloc(0);
