import assert from 'node:assert/strict';
import { bootId } from '../../../../pipeline/state/lmdb/boot-id.ts';

describe('bootId', () => {
  it('is the same for as long as the system runs', () => {
    assert.equal(bootId(), bootId());
    if (process.platform === 'linux') assert.match(bootId() ?? '', /^[0-9a-f-]{36}$/);
  });

  it('is unknown where the system does not say', () => {
    assert.equal(bootId('aix'), undefined);
    if (process.platform === 'linux') assert.equal(bootId('darwin'), undefined);
  });
});
