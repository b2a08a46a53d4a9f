import { messageOf } from '../../../pipeline/core/errors.ts';
import type { BroadcastView } from '../../../pipeline/core/operator.ts';
import type { Clock } from '../../../pipeline/core/ports/clock.ts';
import { BroadcastTable, type TableDeps, type TableNode } from '../../../pipeline/runtime/broadcast-table.ts';

/** Between two looks at the topic, in ms, and after a look that failed. */
const lookEvery = 200;
const lookAgainAfter = 5_000;

/** What following a table needs. */
export interface FollowDeps extends TableDeps {
  readonly clock: Clock;
}

/** A table, and what tells that one of its rows is one: the decoder of its topic makes nothing else. */
export interface TableOf<Row> {
  readonly node: TableNode;
  readonly is: (row: unknown) => row is Row;
}

/**
 * A broadcast table that follows its topic by itself. While the topic cannot be read, the rows stay as they were; the table is then read
 * anew, as a whole.
 */
export class FollowedTable<Row> implements BroadcastView<Row> {
  readonly #node: TableNode;
  readonly #is: (row: unknown) => row is Row;
  readonly #deps: FollowDeps;
  readonly #ended = new AbortController();
  #table: BroadcastTable;
  #isBehind = false;
  #following: Promise<void> = Promise.resolve();

  private constructor({ node, is }: TableOf<Row>, table: BroadcastTable, deps: FollowDeps) {
    this.#node = node;
    this.#is = is;
    this.#deps = deps;
    this.#table = table;
    this.#tell();
  }

  /** Reads the topic up to the end that it has now, and begins to follow it. */
  static async open<Row>(rows: TableOf<Row>, deps: FollowDeps): Promise<FollowedTable<Row>> {
    const table = new FollowedTable(rows, await BroadcastTable.load(rows.node, deps), deps);
    table.#following = table.#follow();
    return table;
  }

  get(key: string): Row | undefined {
    const row = this.#table.get(key);
    return this.#is(row) ? row : undefined;
  }

  version(): string {
    return this.#table.version();
  }

  async close(): Promise<void> {
    this.#ended.abort();
    await this.#following;
    await this.#table.close();
  }

  async #follow(): Promise<void> {
    const { signal } = this.#ended;
    for (;;) {
      await this.#deps.clock.sleep(this.#isBehind ? lookAgainAfter : lookEvery, signal);
      if (signal.aborted) return;
      await (this.#isBehind ? this.#readAnew() : this.#table.refresh()).then(
        () => this.#tell(),
        (error: unknown) => this.#failed(error),
      );
    }
  }

  async #readAnew(): Promise<void> {
    const fresh = await BroadcastTable.load(this.#node, this.#deps);
    const old = this.#table;
    this.#table = fresh;
    this.#isBehind = false;
    this.#deps.log.info({ topic: this.#node.topic.name }, 'reference data is followed again');
    await old.close().catch(() => undefined);
  }

  #failed(error: unknown): void {
    const { log } = this.#deps;
    if (!this.#isBehind) log.error({ topic: this.#node.topic.name, error: messageOf(error) }, 'reference data stays as it was');
    this.#isBehind = true;
  }

  #tell(): void {
    for (const [partition, offset] of this.#table.offsets)
      this.#deps.meter.gauge('ingest_reference_offset', { topic: this.#node.topic.name, partition: String(partition) }, offset);
  }
}
