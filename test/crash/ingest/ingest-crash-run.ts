import { mkdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../../pipeline/runtime/system-clock.ts';
import { Draw } from '../../../pipeline/testing/draw.ts';
import { freePort } from '../../support/free-port.ts';
import { startMillrace } from '../../support/millrace.ts';
import { until } from '../../support/until.ts';
import { asComparison, type Comparison, copySources, pathOf, project } from '../crash-run.ts';
import { Fleet } from '../fleet.ts';
import { Progress } from '../progress.ts';
import { type News, type PythonHalf, type PythonTask, startPython } from '../python-half.ts';
import { type CrashServices, startCrashServices } from '../services.ts';
import { Client } from './client.ts';
import { Ledger } from './ledger.ts';
import type { IngestCrashOptions } from './options.ts';
import { made, makeKeys } from './made.ts';
import type { IngestCrashResult, LogCount } from './result.ts';

/** After a start, so many more records are accepted before the next kill. */
const between = { least: 20, most: 200 };
const longestDownMs = 600;
interface Parts {
  readonly options: IngestCrashOptions;
  readonly progress: Progress;
  readonly folder: string;
  readonly root: string;
  readonly services: CrashServices;
  readonly fleet: Fleet;
  readonly ports: readonly [number, number];
  readonly keys: ReadonlyMap<string, string>;
}

/** One run of the suite, from its services to their end. */
export class IngestCrashRun {
  readonly #parts: Parts;
  readonly #ledger = new Ledger();
  readonly #draw: Draw;
  #half: PythonHalf | undefined;
  #log: LogCount[] = [];
  #replicas = 1;
  #kills = 0;
  #ofTwo = 0;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.#draw = new Draw(parts.options.seed);
  }

  /** Starts the services; `close` ends them. `write` gets the lines of progress. */
  static async open(options: IngestCrashOptions, write: (line: string) => void): Promise<IngestCrashRun> {
    const folder = await mkdtemp(path.join(tmpdir(), `millrace-crash-ingest-${options.seed}-`));
    const progress = new Progress(write);
    const logs = path.join(folder, 'logs');
    mkdirSync(logs);
    const file = path.join(folder, 'keys.json');
    const keys = await makeKeys(file);
    const services = await startCrashServices(folder);
    const root = copySources(project, folder);
    const ports = [await freePort(), await freePort()] as const;
    const where = ['--kafka', services.broker.bootstrap, '--registry', services.registry.url, '--keys', file, '--health-port', '0'];
    const args = (slot: string): ReadonlyArray<string> => ['ingest', ...where, '--port', String(ports[slot === 'p1' ? 0 : 1])];
    const fleet = new Fleet({ args, runs: /listens on \S+;/, root, logs }, progress);
    return new IngestCrashRun({ options, progress, folder, root, services, fleet, ports, keys });
  }

  /** Holds logs, ledger, data and, if asked for, the topics. */
  get folder(): string {
    return this.#parts.folder;
  }

  /** The addresses of what runs, for a test that changes something there. */
  get services(): CrashServices {
    return this.#parts.services;
  }

  /** Load and kills, then the topology over the log, then compared. */
  async play(): Promise<IngestCrashResult> {
    const { fleet, progress, folder } = this.#parts;
    await this.#prepare();
    await this.#underLoad(() => this.#killAll());
    const badEnds = await fleet.leave(60_000);
    await this.#ledger.write(path.join(folder, 'ledger.jsonl'));
    progress.say(`${this.#ledger.entries.length} records are answered; the topology reads the log`);
    await this.#stream();
    return this.#resultOf(badEnds, await this.compare());
  }

  /** Holds topics and ledger against each other, now. */
  async compare(): Promise<ReadonlyArray<Comparison>> {
    const comparisons: Comparison[] = [];
    this.#log = [];
    await this.#python('check-ingest', {}, (news) => {
      if (news.event === 'log') this.#log.push({ kind: String(news.kind), ids: Number(news.ids), records: Number(news.records) });
      if (news.event !== 'checked') return;
      const comparison = asComparison(news);
      comparisons.push(comparison);
      this.#parts.progress.say(`${comparison.name}: ${comparison.compared} compared, ${comparison.differing} differ`);
    });
    return comparisons;
  }

  /** Writes every topic and the progress into the folder. */
  async keep(): Promise<void> {
    await this.#ledger.write(path.join(this.folder, 'ledger.jsonl'));
    await writeFile(path.join(this.folder, 'progress.log'), `${this.#parts.progress.lines.join('\n')}\n`);
    await this.#python('dump', {}, () => undefined);
  }

  /** Ends everything; removes the folder unless it is `kept`. */
  async close(kept: boolean): Promise<void> {
    this.#half?.kill();
    await this.#parts.fleet.close();
    await this.#parts.services.close();
    if (!kept) await rm(this.folder, { recursive: true, force: true });
  }

  async #prepare(): Promise<void> {
    const { services, options, fleet, progress } = this.#parts;
    const topics = ['topics', 'feedback', '--kafka', services.broker.bootstrap, '--create', '--partitions', String(options.partitions)];
    await made(topics);
    await this.#python('declare', {}, () => undefined);
    fleet.add();
    await fleet.ready();
    progress.begin();
    progress.say('one process serves; the load begins');
  }

  /** Has the clients work for as long as `work` takes; resolves when each has brought to an end what it had begun. */
  async #underLoad(work: () => Promise<void>): Promise<void> {
    const { options, keys } = this.#parts;
    const state = { isOver: false };
    const isOver = (): boolean => state.isOver;
    const keyOf = (tenant: string): string => keys.get(tenant) ?? '';
    const clients = Array.from({ length: options.clients }, (_, number) => {
      const draw = new Draw(options.seed * 1_000 + number);
      return new Client(`s${options.seed}-c${number}`, { ledger: this.#ledger, draw, urls: () => this.#urls(), keyOf }).work(isOver);
    });
    try {
      await Promise.race([work(), Promise.all(clients)]);
    } finally {
      state.isOver = true;
    }
    await Promise.all(clients);
  }

  #urls(): readonly [string, ...ReadonlyArray<string>] {
    const [first, second] = this.#parts.ports.map((port) => `http://127.0.0.1:${port}`);
    return this.#replicas === 1 ? [first ?? ''] : [first ?? '', second ?? ''];
  }

  async #killAll(): Promise<void> {
    const { options, fleet, progress } = this.#parts;
    while (this.#kills < options.kills) {
      if (this.#kills === options.alone) {
        progress.say('a second replica comes');
        fleet.add();
        await fleet.ready();
        this.#replicas = 2;
      }
      await this.#kill();
    }
    await fleet.whole();
    await this.#accepted(between.least);
  }

  /** At some time after a process has begun to serve, with requests on their way. With two replicas the other one may be down as well. */
  async #kill(): Promise<void> {
    const { fleet, progress } = this.#parts;
    await fleet.ready();
    await this.#accepted(this.#draw.whole(between.least, between.most));
    await systemClock.sleep(this.#draw.whole(0, 40));
    const slot = fleet.kill(this.#draw.unit(), this.#draw.whole(0, longestDownMs));
    if (slot === undefined) return;
    this.#kills += 1;
    if (this.#replicas === 2) this.#ofTwo += 1;
    progress.say(`kill -9 of process ${slot}, the ${this.#kills}th; ${this.#ledger.accepted} records accepted`);
  }

  async #accepted(more: number): Promise<void> {
    const before = this.#ledger.accepted;
    await until('records are accepted', () => this.#ledger.accepted >= before + more, { within: 120_000 });
  }

  /** Runs the topology until it has done with the log. */
  async #stream(): Promise<void> {
    const { services, options, root, progress } = this.#parts;
    const { broker, registry, database } = services;
    const where = ['--kafka', broker.bootstrap, '--registry', registry.url, '--clickhouse', database];
    const topology = startMillrace(['run', 'feedback', ...where, '--health-port', '0', '--migrate'], { root });
    try {
      await topology.printed(/runs: \S+\/status/, 120_000);
      await this.#python('settle', { seconds: options.patience }, ({ left }) =>
        progress.say(`the topology still has to do: ${JSON.stringify(left)}`),
      );
      topology.signal('SIGTERM');
      await topology.ended;
    } finally {
      await topology.kill();
    }
  }

  async #python(what: PythonTask, options: Readonly<Record<string, unknown>>, hear: (news: News) => void): Promise<void> {
    const { services, folder } = this.#parts;
    const shared = { bootstrap: services.broker.bootstrap, registry: services.registry.url, folder };
    this.#half = startPython(pathOf('python'), [what, { ...shared, ...options }], hear);
    await this.#half.ended;
  }

  #resultOf(badEnds: ReadonlyArray<string>, comparisons: ReadonlyArray<Comparison>): IngestCrashResult {
    const { fleet, progress, options } = this.#parts;
    const { json: _json, write: _write, keep: _keep, ...told } = options;
    const { wrong, tally } = this.#ledger;
    const isClean = badEnds.length === 0 && wrong.length === 0 && fleet.collapses.length === 0;
    return {
      ok: isClean && comparisons.every(({ differing }) => differing === 0),
      options: told,
      seconds: Math.round(progress.seconds),
      kills: this.#kills,
      kills_of_two: this.#ofTwo,
      starts: fleet.starts,
      collapses: fleet.collapses,
      bad_ends: badEnds,
      clients: tally,
      wrong_answers: wrong.slice(0, 20),
      log: this.#log,
      comparisons,
    };
  }
}
