import { httpRegistry } from '../../pipeline/avro/http-registry.ts';
import { registryContract } from '../pipeline/avro/registry-contract.ts';
import { registryFor } from '../support/registry.ts';

describe('httpRegistry before a real registry', () => {
  registryContract(async (context) => ({ client: httpRegistry({ url: await registryFor(context) }), close: () => Promise.resolve() }));
});
