import { Disks } from './disks.ts';
import { weather } from './storm.ts';

const isFull = process.env.MILLRACE_RUNS === 'full';
const seeds = isFull ? 1_000 : 20;
const seedsOnDisk = isFull ? 300 : 3;

describe('processes in a storm of delays, errors, crashes and rebalances', () => {
  it('write every result once', async function () {
    this.timeout(600_000);
    for (let seed = 1; seed <= seeds; seed += 1) await weather(seed);
  });

  it('write every result once with state on disks that are kept, lost and put back', async function () {
    this.timeout(900_000);
    for (let seed = 1; seed <= seedsOnDisk; seed += 1) {
      const disks = await Disks.open();
      await weather(seed, disks);
      await disks.remove();
    }
  });
});
