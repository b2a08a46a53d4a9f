import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional?: boolean }>>;
}

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as Manifest;

describe('the package', () => {
  it('forces neither chDB nor a native build on anybody', () => {
    assert.equal(manifest.dependencies.chdb, undefined);
    assert.equal(manifest.dependencies['@confluentinc/kafka-javascript'], undefined);
    assert.ok(manifest.optionalDependencies['@confluentinc/kafka-javascript']);
    assert.equal(manifest.peerDependenciesMeta.chdb?.optional, true);
  });
});
