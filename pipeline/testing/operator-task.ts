import type { Observable, Subscription } from 'rxjs';
import type { Chunk, StreamRecord } from '../core/chunk.ts';
import { MillraceError } from '../core/errors.ts';
import type { Context } from '../core/operator.ts';
import type { Change, StateStore } from '../core/ports/store.ts';
import { Gathering, type Output, type Rejected } from './gathering.ts';
import { type Tasked, testContext, testStore } from './test-context.ts';

/** Wires an operator's output, given what the task lends it. */
export type Wire<Out, S, Ports> = (context: Context<S, Ports>) => Observable<Chunk<Out>>;

/**
 * One operator in one task with a memory store, as the runtime would run it, without a broker.
 *
 * What it gave since the last `commit` is staged: `abort` takes it back, outputs and state, and builds the operator anew.
 */
export class OperatorTask<Out, S, Ports> {
  readonly #operator: Tasked<S>;
  readonly #wire: Wire<Out, S, Ports>;
  readonly #changelog = new Map<string, Change>();
  #store: StateStore<S>;
  #subscription: Subscription | undefined;
  #failure: { readonly thrown: unknown } | undefined;
  #current: Gathering<Out, Ports> | undefined;
  readonly #outputs: Output<Out, Ports>[] = [];
  #committed = 0;

  constructor(operator: Tasked<S>, wire: Wire<Out, S, Ports>) {
    this.#operator = operator;
    this.#wire = wire;
    this.#store = testStore(this.#operator);
    this.#build();
  }

  /** What each chunk gave, in the order in which they were fed. */
  get outputs(): ReadonlyArray<Output<Out, Ports>> {
    return this.#outputs;
  }

  /** The records of the main output, all chunks together. */
  get records(): ReadonlyArray<StreamRecord<Out>> {
    return this.#outputs.flatMap(({ main }) => main.records);
  }

  /** The values of the main output, all chunks together. */
  get values(): ReadonlyArray<Out> {
    return this.records.map(({ value }) => value);
  }

  get rejects(): ReadonlyArray<Rejected> {
    return this.#outputs.flatMap(({ rejects }) => rejects);
  }

  /** What was counted under a metric. */
  counted(metric: string): number {
    return this.#outputs.reduce((sum, { counts }) => sum + (counts[metric] ?? 0), 0);
  }

  /** The records of a side output, all chunks together. */
  port<P extends keyof Ports>(port: P): ReadonlyArray<StreamRecord<Ports[P]>> {
    return this.#outputs.flatMap(({ ports }) => ports[port]?.records ?? []);
  }

  /** The live entries of its state, by key bytes. */
  entries(): ReadonlyArray<readonly [key: string, value: S]> {
    return [...this.#store.scan('')];
  }

  /** Commits what is staged and returns the changelog records that it makes. */
  commit(): ReadonlyArray<Change> {
    const changes = [...this.#store.changes()];
    for (const change of changes) this.#changelog.set(change.key.toString('latin1'), change);
    void this.#store.publish(this.#changelog.size);
    this.#committed = this.#outputs.length;
    return changes;
  }

  /** Takes back what is staged and builds the operator anew, as an aborted transaction does. */
  abort(): void {
    this.#store.discard();
    this.#outputs.length = this.#committed;
    this.#build();
  }

  /** The same as after a crash: the state comes from what `commit` wrote, decoded anew. */
  restart(): void {
    this.#store = testStore(this.#operator);
    for (const change of this.#changelog.values()) this.#store.restore(change);
    this.#outputs.length = this.#committed;
    this.#build();
  }

  /** Hands a chunk to the operator by way of `push` and returns what it gave. Throws what the operator throws. */
  collect(chunk: Chunk<unknown>, push: () => void): Output<Out, Ports> {
    const current = new Gathering<Out, Ports>(chunk);
    this.#current = current;
    push();
    this.#current = undefined;
    if (this.#failure !== undefined) throw this.#failure.thrown;
    const output = current.output(this.#operator.name);
    this.#outputs.push(output);
    return output;
  }

  #build(): void {
    this.#subscription?.unsubscribe();
    this.#failure = undefined;
    this.#subscription = this.#wire(this.#context()).subscribe({
      next: (chunk) => this.#gathering().add(chunk),
      error: (thrown: unknown) => {
        this.#failure = { thrown };
      },
    });
  }

  #context(): Context<S, Ports> {
    return testContext<S, Ports>(this.#operator, this.#store, {
      reject: (rejected) => this.#gathering().reject(rejected),
      emit: (port, record) => this.#gathering().emit(port, record),
      count: (metric, by) => this.#gathering().count(metric, by),
    });
  }

  #gathering(): Gathering<Out, Ports> {
    if (this.#current !== undefined) return this.#current;
    throw new MillraceError('engine_defect', `operator ${this.#operator.name} gave something without being fed: it must be synchronous`);
  }
}
