import type { ClickHouse } from '../../../pipeline/clickhouse/clickhouse.ts';
import { openClickHouse } from '../../../pipeline/clickhouse/client.ts';
import { type ClickHouseServer, startClickHouseServer } from '../../../pipeline/clickhouse/server/start-clickhouse-server.ts';
import { scratch } from './scratch.ts';

/** A server with empty data for one test file, and databases in it, each for one test. */
export class OwnServer {
  readonly server: ClickHouseServer;
  readonly #remove: () => void;
  readonly #open: ClickHouse[] = [];
  #databases = 0;

  constructor(server: ClickHouseServer, remove: () => void) {
    this.server = server;
    this.#remove = remove;
  }

  static async start(): Promise<OwnServer> {
    const folder = scratch();
    return new OwnServer(await startClickHouseServer({ path: folder.path }), () => folder.remove());
  }

  /** The URL of a new, empty database. */
  async database(): Promise<string> {
    const name = `test_${(this.#databases += 1)}`;
    const db = await this.open(this.server.url);
    await db.command(`CREATE DATABASE ${name}`);
    return `${this.server.url}/${name}`;
  }

  /** A client that `stop` closes. */
  async open(url: string): Promise<ClickHouse> {
    const db = await openClickHouse({ url });
    this.#open.push(db);
    return db;
  }

  /** A client on a new, empty database. */
  async fresh(): Promise<ClickHouse> {
    return this.open(await this.database());
  }

  async stop(): Promise<void> {
    await Promise.all(this.#open.map((db) => db.close()));
    await this.server.stop();
    this.#remove();
  }
}
