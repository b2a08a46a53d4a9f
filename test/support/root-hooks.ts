import { closeSharedKafka } from './kafka.ts';
import { closeSharedRegistry } from './registry.ts';

/** What mocha does at the end of a run: the shared services go. */
export const mochaHooks = {
  async afterAll(this: Mocha.Context): Promise<void> {
    this.timeout(30_000);
    await closeSharedKafka();
    await closeSharedRegistry();
  },
};
