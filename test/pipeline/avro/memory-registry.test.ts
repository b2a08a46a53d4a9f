import { memoryRegistry } from '../../../pipeline/avro/memory-registry.ts';
import { registryContract } from './registry-contract.ts';

describe('memoryRegistry', () => {
  registryContract(() => Promise.resolve({ client: memoryRegistry(), close: () => Promise.resolve() }));
});
