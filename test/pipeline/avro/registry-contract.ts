import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { RegistryClient } from '../../../pipeline/avro/registry-client.ts';

/** A registry client to be tested, and how to end what stands behind it. */
export interface ClientUnderTest {
  readonly client: RegistryClient;
  readonly close: () => Promise<void>;
}

const schema = (...fields: ReadonlyArray<object>): string => JSON.stringify({ type: 'record', name: 'test.Pet', fields });
const name = { name: 'name', type: 'string' };
const age = { name: 'age', type: 'int' };
const first = schema(name);
const second = schema(name, { ...age, default: 0 });
const broken = schema(name, age);

/** What every registry client does, whatever registry it stands before. Defines the tests; call it inside `describe`. */
export const registryContract = (start: (context: Mocha.Context) => Promise<ClientUnderTest>): void => {
  let under: ClientUnderTest;
  let client: RegistryClient;
  let subject: string;

  before(async function () {
    under = await start(this);
    client = under.client;
  });

  after(() => under.close());

  beforeEach(() => {
    subject = `pets-${randomUUID()}-value`;
  });

  it('gives a schema back under the id that it gave', async () => {
    const id = await client.register(subject, first);
    const found = await client.schemaById(id);
    assert.equal(found?.type, 'AVRO');
    assert.deepEqual(JSON.parse(found.schema), JSON.parse(first));
  });

  it('gives the same schema the same id, in every subject', async () => {
    const id = await client.register(subject, first);
    assert.equal(await client.register(subject, first), id);
    assert.equal(await client.register(`other-${subject}`, first), id);
    assert.deepEqual(await client.versions(subject), [1]);
  });

  it('finds what is registered without registering it', async () => {
    assert.equal(await client.lookup(subject, first), undefined);
    const id = await client.register(subject, first);
    assert.equal(await client.lookup(subject, first), id);
    assert.equal(await client.lookup(subject, second), undefined);
    assert.deepEqual(await client.versions(subject), [1]);
  });

  it('counts the versions of a subject', async () => {
    await client.register(subject, first);
    const id = await client.register(subject, second);
    assert.deepEqual(await client.versions(subject), [1, 2]);
    const latest = await client.version(subject, 'latest');
    assert.deepEqual([latest?.subject, latest?.version, latest?.id], [subject, 2, id]);
    assert.deepEqual(JSON.parse((await client.version(subject, 1))?.schema ?? ''), JSON.parse(first));
    assert.ok((await client.subjects()).includes(subject));
  });

  it('has nothing where nothing was registered', async () => {
    assert.equal(await client.schemaById(2_000_000_000), undefined);
    assert.deepEqual(await client.versions(subject), []);
    assert.equal(await client.version(subject, 'latest'), undefined);
    await client.register(subject, first);
    assert.equal(await client.version(subject, 2), undefined);
    assert.deepEqual(await client.check(`new-${subject}`, broken), []);
  });

  it('keeps the compatibility level of a subject', async () => {
    assert.equal(await client.compatibility(subject), undefined);
    await client.setCompatibility(subject, 'FULL_TRANSITIVE');
    assert.equal(await client.compatibility(subject), 'FULL_TRANSITIVE');
    await client.setCompatibility(subject, 'FORWARD');
    assert.equal(await client.compatibility(subject), 'FORWARD');
  });

  it('refuses a schema that does not fit, with reasons, and takes one that does', async () => {
    await client.setCompatibility(subject, 'FULL_TRANSITIVE');
    await client.register(subject, first);
    await assert.rejects(client.register(subject, broken), { code: 'incompatible_schema', message: /age/ });
    assert.match((await client.check(subject, broken)).join('\n'), /age/);
    assert.deepEqual(await client.check(subject, second), []);
    await client.register(subject, second);
    assert.deepEqual(await client.versions(subject), [1, 2]);
  });

  it('holds a transitive level against every version', async () => {
    await client.setCompatibility(subject, 'BACKWARD_TRANSITIVE');
    await client.register(subject, first);
    await client.register(subject, second);
    await assert.rejects(client.register(subject, broken), { code: 'incompatible_schema' });
    await client.setCompatibility(subject, 'BACKWARD');
    await client.register(subject, broken);
  });

  it('refuses what is no schema', async () => {
    await assert.rejects(client.register(subject, '{"type":"nothing"}'), { code: 'incompatible_schema' });
    await assert.rejects(client.register(subject, 'no JSON'), { code: 'incompatible_schema' });
  });

  it('takes a subject whose name needs encoding in a URL', async () => {
    const odd = `${subject} / ä?#%`;
    const id = await client.register(odd, first);
    assert.equal(await client.lookup(odd, first), id);
    assert.deepEqual(await client.versions(odd), [1]);
  });
};
