import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Change, StateStore } from '../../../core/ports/store.ts';
import { StoreModel } from './model.ts';
import { type StoreSubject, texts } from './subject.ts';

type Visitor = 'looks' | 'puts it again later' | 'deletes another';

type Step =
  | { readonly do: 'put'; readonly key: string; readonly value: string; readonly expiresAt: number }
  | { readonly do: 'delete'; readonly key: string }
  | { readonly do: 'expire'; readonly asOf: number; readonly visitor: Visitor }
  | { readonly do: 'publish' | 'discard' | 'restore' | 'kill' | 'clear' };

/** Above the surrogates, in them and below: the order of bytes is not that of code units. */
const keys = ['', 'a', 'aa', 'a|b', 'b', 'é', '\u{ffff}', '\u{e000}', '\u{1f600}', 'a\u{1f600}'];

const key = fc.constantFrom(...keys);
const time = fc.oneof(fc.integer({ min: -2000, max: 6000 }), fc.constantFrom(0, 0.5, 1023, 1023.25, 1024, 2048, -Infinity));

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('put' as const), key, value: fc.string({ maxLength: 3 }), expiresAt: expiries() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), key }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('expire' as const), asOf: fc.oneof(time, fc.constant(Infinity)), visitor: visitors() }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('publish' as const, 'discard' as const, 'restore' as const, 'kill' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const) }) },
);

function expiries(): fc.Arbitrary<number> {
  return fc.oneof({ weight: 9, arbitrary: time }, { weight: 1, arbitrary: fc.constant(Infinity) });
}

function visitors(): fc.Arbitrary<Visitor> {
  return fc.constantFrom('looks', 'puts it again later', 'deletes another');
}

/** Either side of the comparison, as a visitor of expired entries sees it. */
interface Side {
  put(key: string, value: string, expiresAt: number): void;
  delete(key: string): void;
  expire(asOf: number, visit: (key: string, value: string) => void): void;
}

const expire = (side: Side, asOf: number, visitor: Visitor): ReadonlyArray<string> => {
  const seen: string[] = [];
  side.expire(asOf, (key, value) => {
    seen.push(`${key}=${value}`);
    if (visitor === 'puts it again later' && seen.length < 20) side.put(key, `${value}+`, asOf - 500 + seen.length * 300);
    if (visitor === 'deletes another') side.delete(keys[(keys.indexOf(key) + 1) % keys.length] ?? '');
  });
  return seen;
};

/** A store and its model, going through the same steps. */
class Pair {
  readonly #subject: StoreSubject;
  readonly #model = new StoreModel();
  readonly #changelog: Change[] = [];
  #store: StateStore<string>;
  #published = 0;

  constructor(subject: StoreSubject, store: StateStore<string>) {
    this.#subject = subject;
    this.#store = store;
  }

  async go(step: Step): Promise<void> {
    if (step.do === 'put') this.#put(step.key, step.value, step.expiresAt);
    else if (step.do === 'delete') this.#delete(step.key);
    else if (step.do === 'expire') this.#expire(step.asOf, step.visitor);
    else if (step.do === 'publish') await this.#publish();
    else if (step.do === 'discard') this.#discard();
    else await this.#goOn(step.do);
    this.#compare();
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  #put(key: string, value: string, expiresAt: number): void {
    this.#store.put(key, value, expiresAt);
    this.#model.put({ key, value, expiresAt });
  }

  #delete(key: string): void {
    this.#store.delete(key);
    this.#model.delete(key);
  }

  #expire(asOf: number, visitor: Visitor): void {
    const model: Side = {
      put: (key, value, expiresAt) => this.#model.put({ key, value, expiresAt }),
      delete: (key) => this.#model.delete(key),
      expire: (until, visit) => this.#model.expire(until, visit),
    };
    assert.deepEqual(expire(this.#store, asOf, visitor), expire(model, asOf, visitor), `what expires by ${asOf}`);
  }

  async #publish(): Promise<void> {
    this.#changelog.push(...this.#store.changes());
    this.#published = this.#changelog.length;
    await this.#store.publish(this.#published);
    this.#model.publish();
  }

  #discard(): void {
    this.#store.discard();
    this.#model.discard();
  }

  /** What is staged is lost and the rest comes from the changelog: all of it, or what was published behind the position that is found. */
  async #goOn(after: 'restore' | 'kill' | 'clear'): Promise<void> {
    if (after === 'clear') this.#store.clear();
    else if (after === 'kill' && this.#subject.reopen !== undefined) {
      this.#store = await this.#subject.reopen(texts, this.#store);
      assert.equal(this.#store.position(), this.#published, 'the position after a kill');
    } else await this.#openAnew();
    // A replay may begin before the position: what is applied again changes nothing.
    const from = Math.max(0, this.#store.position() - 2);
    for (const change of this.#changelog.slice(from)) this.#store.restore(change);
    this.#model.discard();
    this.#published = this.#changelog.length;
    await this.#store.publish(this.#published);
  }

  async #openAnew(): Promise<void> {
    await this.#store.close();
    this.#store = await this.#subject.open(texts);
  }

  #compare(): void {
    for (const name of keys) assert.equal(this.#store.get(name), this.#model.get(name), `the value under '${name}'`);
    for (const prefix of ['', 'a'])
      assert.deepEqual([...this.#store.scan(prefix)], this.#model.scan(prefix), `what begins with '${prefix}'`);
    assert.equal(this.#store.size().entries, this.#model.entries.length);
    this.#compareChanges();
  }

  #compareChanges(): void {
    const expected = this.#model.changes();
    const changes = [...this.#store.changes()];
    assert.deepEqual(changes.map((change) => change.key.toString()).toSorted(), [...expected.keys()].toSorted(), 'which keys have changed');
    for (const change of changes) {
      const entry = expected.get(change.key.toString());
      assert.equal(change.value?.subarray(8).toString(), entry?.value);
      assert.equal(change.value?.readDoubleLE(0), entry?.expiresAt);
    }
  }
}

/** Whatever is done to a store, in whatever order, it does the same as a sorted array. */
export const sameAsModel = async (subject: StoreSubject, runs: number): Promise<void> => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      const pair = new Pair(subject, await subject.open(texts));
      for (const next of steps) await pair.go(next);
      await pair.close();
    }),
    { numRuns: runs },
  );
};
