import type { Chunk, StreamRecord } from '../../core/chunk.ts';
import type { SubTopology } from '../../core/cut.ts';
import { MillraceError, messageOf } from '../../core/errors.ts';
import type { RepartitionNode, SinkNode } from '../../core/graph.ts';
import type { BroadcastView } from '../../core/operator.ts';
import type { Headers } from '../../core/ports/cluster.ts';
import type { StateStore, Store } from '../../core/ports/store.ts';
import { deadLetterOf, originOf, type Refusal } from '../dead-letter.ts';
import { type Changelog, openChangelogs } from './changelogs.ts';
import type { LookupStage } from './lookup-stage.ts';
import { ruleOf, type TaskServices } from './node-context.ts';
import { Redriving } from './redriving.ts';
import type { SinkWriter } from './sink-writers.ts';
import { Tally } from './tally.ts';
import type { TaskEnv } from './task-env.ts';
import { type Wiring, type WiringParts, wireTask } from './wiring.ts';

const broadcastsOf = (sub: SubTopology): ReadonlyArray<string> => {
  const named = sub.nodes.flatMap((node) =>
    node.kind === 'step' && node.operator.shape === 'broadcast' ? [node.operator.table.broadcast] : [],
  );
  return [...new Set(named)];
};

/** The nodes of one task: its stores, its wiring, and what they write into the process's outbox. */
export class TaskNodes implements WiringParts {
  readonly task: TaskServices['task'];
  /** Its stores and their changelogs, by node. */
  readonly changelogs: ReadonlyMap<string, Changelog>;
  readonly stores: ReadonlyMap<string, StateStore<unknown>>;
  readonly redriving: Redriving;
  readonly #env: TaskEnv;
  readonly #sub: SubTopology;
  readonly #refused: (rule: string, node: string) => void;
  readonly #events: Tally;
  readonly #rejects: Tally;
  /** The broadcast tables that its steps read. */
  readonly #broadcasts: ReadonlyArray<string>;
  /** Their versions, and the headers that tell them: made anew when one has changed. */
  #versions: ReadonlyArray<string> = [];
  #extra: Headers = [];
  #wiring: Wiring;
  #failure: unknown;
  #waiting = 0;
  /** Chunks that wait for a lookup since before a rollback are of no use: they are fed again. */
  #generation = 0;
  #settled: (() => void)[] = [];

  constructor(
    env: TaskEnv,
    place: { readonly sub: SubTopology; readonly partition: number },
    refused: (rule: string, node: string) => void,
  ) {
    this.#env = env;
    this.#sub = place.sub;
    this.#refused = refused;
    this.#events = new Tally((node, event, times) => env.meter.count('node_events_total', { ...this.#labels(node), event }, times));
    this.#rejects = new Tally((node, rule, times) => env.meter.count('records_rejected_total', { ...this.#labels(node), rule }, times));
    this.task = { topology: env.topology.name, subTopology: place.sub.name, partition: place.partition };
    this.#broadcasts = broadcastsOf(place.sub);
    this.changelogs = openChangelogs(env, place.sub, place.partition);
    this.stores = new Map([...this.changelogs].map(([node, { store }]) => [node, store]));
    this.redriving = new Redriving(place.sub);
    this.#wiring = wireTask(place.sub, this);
  }

  /**
   * Feeds a chunk through an entry, or along the way to `node` if that is where it is redriven to; throws what no guard caught. Chunks
   * that wait for a lookup go on later.
   */
  feed(entry: string, chunk: Chunk<unknown>, node?: string): void {
    if (node === undefined) this.#wiring.get(entry)?.next(chunk);
    else this.#redrive(entry, chunk, node);
    this.#measure();
    this.#rethrow();
  }

  /** Feeds a chunk through every entry, then waits until none is held by a lookup. */
  async feedAll(chunk: Chunk<unknown>): Promise<void> {
    for (const entry of this.#wiring.keys()) this.feed(entry, chunk);
    await this.settled();
  }

  /** Resolves once no chunk waits for a lookup. */
  async settled(): Promise<void> {
    if (this.#waiting > 0) await new Promise<void>((resolve) => this.#settled.push(resolve));
    this.#refuseAstray();
    this.#measure();
    this.#rethrow();
  }

  /** Forgets what is staged and builds the operators anew. */
  rebuild(): void {
    for (const { store } of this.changelogs.values()) store.discard();
    this.#failure = undefined;
    this.#generation += 1;
    this.redriving.clear();
    this.#wiring = wireTask(this.#sub, this);
  }

  /** Puts a changelog record for each entry that was touched into the outbox. */
  stageChanges(): void {
    for (const { store, position, place } of this.changelogs.values()) {
      const { topic, partition } = place.changelog;
      let records = 0;
      for (const { key, value } of store.changes()) {
        this.#env.outbox.put({ topic, partition, key, value });
        records += 1;
      }
      position.stage(records);
    }
  }

  async publish(): Promise<void> {
    for (const { store, position } of this.changelogs.values()) await store.publish(position.committed());
  }

  async close(): Promise<void> {
    this.#generation += 1;
    for (const { store } of this.changelogs.values()) await store.close();
  }

  store(node: string): Store<unknown> {
    const store = this.changelogs.get(node)?.store;
    if (store === undefined) throw new MillraceError('engine_defect', `"${node}" has no store in task ${this.#sub.name}`);
    return store;
  }

  table(broadcast: string): BroadcastView<unknown> {
    const table = this.#env.tables.get(broadcast);
    if (table === undefined) throw new MillraceError('engine_defect', `the broadcast "${broadcast}" was not loaded`);
    return table;
  }

  lookup(node: string): LookupStage {
    const shared = this.#env.lookups.get(node);
    if (shared === undefined) throw new MillraceError('engine_defect', `the lookup "${node}" was not opened`);
    const generation = this.#generation;
    return {
      ask: (keys, deadline) => shared.ask(keys, deadline),
      waiting: (by) => this.#wait(by),
      isWanted: () => generation === this.#generation,
      along: () => this.redriving.along(),
    };
  }

  write(node: SinkNode | RepartitionNode, chunk: Chunk<unknown>): void {
    const writer = this.#env.writers.get(node.name);
    if (writer === undefined) throw new MillraceError('engine_defect', `"${node.name}" has no writer`);
    const extra = this.#headers();
    for (const record of chunk.records) this.#writeOne(node.name, writer, { record, extra });
    if (chunk.records.length > 0) this.#env.meter.count('records_out_total', this.#labels(node.name), chunk.records.length);
  }

  refuse(record: StreamRecord<unknown>, refusal: Refusal): void {
    this.#env.outbox.put(deadLetterOf(this.#env.topology.deadLetter.name, originOf(record), refusal));
    this.#rejects.add(refusal.node, refusal.rule, 1);
    this.redriving.refused(record);
    this.#refused(refusal.rule, refusal.node);
  }

  count(node: string, metric: string, by: number): void {
    this.#events.add(node, metric, by);
  }

  passed(node: string, direction: 'in' | 'out', records: number): void {
    if (records > 0) this.#env.meter.count('node_records_total', { ...this.#labels(node), direction }, records);
  }

  failed(error: unknown): void {
    this.#failure ??= error;
  }

  #redrive(entry: string, chunk: Chunk<unknown>, node: string): void {
    const path = this.redriving.pathTo(entry, node);
    if (path === undefined) for (const record of chunk.records) this.#refuseAs(record, node);
    else this.redriving.follow(path, chunk.records, () => this.#wiring.get(entry)?.next(chunk));
    if (this.#waiting === 0) this.#refuseAstray();
  }

  /** What was redriven must come to its node or be refused: it is never dropped on the way. */
  #refuseAstray(): void {
    for (const { record, node } of this.redriving.takeAstray()) this.#refuseAs(record, node);
  }

  #refuseAs(record: StreamRecord<unknown>, node: string): void {
    this.refuse(record, { node, rule: 'redrive_astray', detail: `the record that was redriven to "${node}" did not come there` });
  }

  /** A value that does not fit its schema, or a routing function that throws, is the record's affair: it is refused, the others go on. */
  #writeOne(
    node: string,
    writer: SinkWriter,
    { record, extra }: { readonly record: StreamRecord<unknown>; readonly extra: Headers },
  ): void {
    try {
      const written = writer(record, extra);
      if (written === undefined) this.count(node, 'unrouted', 1);
      else this.#env.outbox.put(written);
    } catch (error) {
      if (error instanceof MillraceError && error.action !== 'reject') throw error;
      this.refuse(record, { node, rule: ruleOf(error), detail: messageOf(error) });
    }
  }

  #labels(node: string): Readonly<Record<string, string>> {
    return { topology: this.#env.topology.name, node };
  }

  /** The versions of the broadcast tables that this sub-topology reads, for the outputs. */
  #headers(): Headers {
    const versions = this.#broadcasts.map((name) => this.table(name).version());
    if (versions.every((version, at) => version === this.#versions[at])) return this.#extra;
    this.#versions = versions;
    this.#extra = this.#broadcasts.map((name, at) => ({ [`millrace.broadcast.${name}`]: Buffer.from(versions[at] ?? '') }));
    return this.#extra;
  }

  #wait(by: 1 | -1): void {
    this.#waiting += by;
    if (this.#waiting > 0) return;
    const settled = this.#settled;
    this.#settled = [];
    for (const resolve of settled) resolve();
  }

  #measure(): void {
    this.#events.flush();
    this.#rejects.flush();
  }

  #rethrow(): void {
    if (this.#failure === undefined) return;
    throw this.#failure instanceof Error ? this.#failure : new MillraceError('engine_defect', messageOf(this.#failure), this.#failure);
  }
}
