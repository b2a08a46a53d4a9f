import { deliveryContract } from '../../../pipeline/testing/contracts/delivery-contract.ts';
import { MemoryReceiver } from '../../../pipeline/testing/memory-target.ts';

describe('the delivery contract, in memory', () => {
  for (const clause of deliveryContract) {
    it(clause.name, async () => {
      const receiver = new MemoryReceiver();
      await clause.run({
        target: () => Promise.resolve(receiver.target()),
        value: (n) => n as never,
        again: (n) => -n as never,
        received: () => Promise.resolve(receiver.rows),
        forget: () => {
          receiver.forgetTokens();
          return Promise.resolve();
        },
      });
    });
  }
});
