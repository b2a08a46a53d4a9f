import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BlockMemory } from '../../../../pipeline/state/memory/block-memory.ts';

interface Block {
  readonly address: number;
  readonly words: number;
  readonly mark: number;
}

const write = (memory: BlockMemory, { address, words, mark }: Block): void => {
  const place = memory.place(address);
  memory.words(address).fill(mark, place, place + words);
};

const holds = (memory: BlockMemory, { address, words, mark }: Block): boolean => {
  const place = memory.place(address);
  const held = memory.words(address).subarray(place, place + words);
  return held.length === words && held.every((word) => word === mark);
};

/** Sizes of one class and of many, some with pages of their own. */
const size = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 2, arbitrary: fc.integer({ min: 500, max: 2_200 }) },
  { weight: 1, arbitrary: fc.integer({ min: 2_049, max: 300_000 }) },
);

describe('BlockMemory', () => {
  it('gives out blocks that do not overlap, whatever was freed before', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ size, frees: fc.boolean(), which: fc.nat() }), { maxLength: 200, size: 'max' }), (steps) => {
        const memory = new BlockMemory('dedupe');
        const blocks: Block[] = [];
        for (const [mark, { size: words, frees, which }] of steps.entries()) {
          const [gone] = frees && blocks.length > 0 ? blocks.splice(which % blocks.length, 1) : [];
          if (gone !== undefined) {
            assert.ok(holds(memory, gone));
            memory.free(gone.address, gone.words);
            continue;
          }
          const block = { address: memory.allocate(words), words, mark };
          assert.notEqual(block.address, 0);
          write(memory, block);
          blocks.push(block);
        }
        for (const block of blocks) assert.ok(holds(memory, block), `block ${block.mark} was written over`);
      }),
      { numRuns: 60 },
    );
  });

  it('uses what was freed again, for blocks of another size, too', () => {
    const memory = new BlockMemory('dedupe');
    const addresses = new Set<number>();
    for (let round = 0; round < 20; round++) {
      const words = 8 + 4 * round;
      const blocks = Array.from({ length: 1_000 }, () => memory.allocate(words));
      for (const address of blocks) {
        addresses.add(address >>> 18);
        memory.free(address, words);
      }
    }
    assert.deepEqual([...addresses].toSorted(), [0, 1]);
  });

  it('shows a block as words and as bytes', () => {
    const memory = new BlockMemory('dedupe');
    const address = memory.allocate(2);
    memory.bytes(address).writeInt32LE(77, 4 * memory.place(address) + 4);
    assert.equal(memory.words(address)[memory.place(address) + 1], 77);
  });

  it('refuses more than an address can reach, naming the node', () => {
    const memory = new BlockMemory('dedupe', 2);
    const large = memory.allocate(2 ** 18);
    assert.throws(() => memory.allocate(2 ** 18), { code: 'state_limit', message: /node dedupe keeps more than 2 MiB/ });
    memory.free(large, 2 ** 18);
    memory.allocate(2 ** 18);
  });

  it('knows which blocks have room for others', () => {
    const memory = new BlockMemory('dedupe');
    assert.ok(memory.fits(5, 8));
    assert.ok(!memory.fits(8, 9));
    assert.ok(!memory.fits(2_048, 2_049));
    assert.ok(!memory.fits(3_000, 3_001));
  });
});
