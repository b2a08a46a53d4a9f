import assert from 'node:assert/strict';
import { uuid5 } from '../../../../bin/demo/generator/uuid5.ts';

describe('uuid5', () => {
  it('gives the examples of RFC 9562 and of the Python library', () => {
    const dns = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
    assert.equal(uuid5(dns, 'www.example.com'), '2ed6657d-e927-568b-95e1-2665a8aea6a2');
    assert.equal(uuid5(dns, 'python.org'), '886313e1-3b8a-5372-9b90-0c9aee199e5d');
  });
});
