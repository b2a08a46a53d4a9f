import assert from 'node:assert/strict';
import { loadLmdb } from '../../../../pipeline/state/lmdb/load-lmdb.ts';

describe('loadLmdb', () => {
  it('loads the binding', async () => {
    assert.equal(typeof (await loadLmdb()).open, 'function');
  });

  it('says which package is missing', async () => {
    const missing = (): Promise<never> => Promise.reject(new Error('Cannot find package'));
    await assert.rejects(loadLmdb(missing), { code: 'bad_config', message: /needs the npm package "lmdb".*npm install lmdb/ });
  });
});
