import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { prepared } from '../support/prepared.ts';
import { runMillrace } from '../support/millrace.ts';
import { type Done, Faults } from './faults.ts';
import { type Collapse, Fleet } from './fleet.ts';
import type { CrashOptions } from './options.ts';
import { Progress } from './progress.ts';
import { type News, type PythonHalf, startPython } from './python-half.ts';
import { scheduleOf } from './schedule.ts';
import { type CrashServices, startCrashServices } from './services.ts';

/** One comparison of what was found with what the brute force has. */
export interface Comparison {
  readonly name: string;
  readonly compared: number;
  readonly differing: number;
  /** The first differences, in words. */
  readonly differences: ReadonlyArray<string>;
}

/** What a run came to. */
export interface CrashResult {
  readonly ok: boolean;
  readonly options: CrashOptions;
  readonly seconds: number;
  readonly faults: Done;
  /** How often a process was started, and which ended by themselves. */
  readonly starts: number;
  readonly collapses: ReadonlyArray<Collapse>;
  /** Processes that did not end well when they were asked to at the end. */
  readonly badEnds: ReadonlyArray<string>;
  /** Commits that were rolled back and tried again. */
  readonly rollbacks: number;
  readonly comparisons: ReadonlyArray<Comparison>;
}

/** The root of the project. */
export const project = path.join(import.meta.dirname, '../..');
const sources = ['bin', 'client', 'operators', 'pipeline', 'schemas', 'services', 'topologies'];

/** What runs is a copy of the sources as they were at the start, so that an edit meanwhile changes nothing. */
export const copySources = (from: string, folder: string): string => {
  const root = path.join(folder, 'sources');
  for (const name of sources) cpSync(path.join(from, name), path.join(root, name), { recursive: true });
  cpSync(path.join(from, 'package.json'), path.join(root, 'package.json'));
  symlinkSync(path.join(project, 'node_modules'), path.join(root, 'node_modules'));
  return root;
};

/** Where set-up put a service; throws if it is missing. */
export const pathOf = (service: 'kafka' | 'registry' | 'python'): string => {
  const found = prepared(service);
  if ('missing' in found) throw new Error(`${service}: ${found.missing}`);
  return found.path;
};

/** A comparison as the Python half tells it. */
export const asComparison = ({ name, compared, differing, differences }: News): Comparison => ({
  name: String(name),
  compared: Number(compared),
  differing: Number(differing),
  differences: Array.isArray(differences) ? differences.map(String) : [],
});

/** One run of the suite, from its services to their end. */
export class CrashRun {
  readonly #options: CrashOptions;
  readonly #progress: Progress;
  /** Holds logs, data and, if asked for, the topics. */
  readonly folder: string;
  readonly #python: string;
  readonly #services: CrashServices;
  readonly #fleet: Fleet;
  readonly #faults: Faults;
  #half: PythonHalf | undefined;

  private constructor(options: CrashOptions, progress: Progress, parts: { folder: string; services: CrashServices }) {
    const { folder, services } = parts;
    const { broker, registry, database } = services;
    const logs = path.join(folder, 'logs');
    mkdirSync(logs);
    this.#options = options;
    this.#progress = progress;
    this.folder = folder;
    this.#services = services;
    this.#python = pathOf('python');
    const args = ['run', 'feedback', '--kafka', broker.bootstrap, '--registry', registry.url, '--clickhouse', database];
    const root = copySources(options.sources ?? project, folder);
    const own = [...args, '--health-port', '0', '--migrate'];
    this.#fleet = new Fleet({ args: () => own, runs: /runs: \S+\/status/, root, logs }, progress);
    this.#faults = new Faults(services, this.#fleet, progress);
  }

  /** Starts the services; `close` ends them. `write` gets the lines of progress. */
  static async open(options: CrashOptions, write: (line: string) => void): Promise<CrashRun> {
    const folder = await mkdtemp(path.join(tmpdir(), `millrace-crash-${options.seed}-`));
    const progress = new Progress(write);
    const services = await startCrashServices(folder);
    return new CrashRun(options, progress, { folder, services });
  }

  /** Load and faults, then everything processed and delivered, then compared. */
  async play(): Promise<CrashResult> {
    await this.#createTopics();
    const load = await this.#load();
    await Promise.all([this.#faults.play(scheduleOf(this.#options)), load.ended]);
    this.#progress.say('load and faults are over; what is left is processed');
    await this.#run('settle', { seconds: this.#options.patience }, ({ left }) =>
      this.#progress.say(`still to do: ${JSON.stringify(left)}`),
    );
    const badEnds = await this.#fleet.leave(60_000);
    this.#progress.say('all is still, and the processes have left; comparing');
    return this.#resultOf(badEnds, await this.compare());
  }

  /** Holds everything against the brute force, now. */
  async compare(): Promise<ReadonlyArray<Comparison>> {
    const comparisons: Comparison[] = [];
    await this.#run('check', {}, (news) => {
      if (news.event !== 'checked') return;
      const comparison = asComparison(news);
      comparisons.push(comparison);
      this.#progress.say(`${comparison.name}: ${comparison.compared} compared, ${comparison.differing} differ`);
    });
    return comparisons;
  }

  /** The addresses of what runs, for a test that changes something there. */
  get services(): CrashServices {
    return this.#services;
  }

  /** Writes every topic and the progress into the folder, so that they can be looked at when all has ended. */
  async keep(): Promise<void> {
    await this.#run('dump', {}, () => undefined);
    await writeFile(path.join(this.folder, 'progress.log'), `${this.#progress.lines.join('\n')}\n`);
  }

  /** Ends everything; removes the folder unless it is `kept`. */
  async close(kept: boolean): Promise<void> {
    this.#half?.kill();
    await this.#fleet.close();
    await this.#services.close();
    if (!kept) await rm(this.folder, { recursive: true, force: true });
  }

  async #createTopics(): Promise<void> {
    const { partitions } = this.#options;
    const kafka = ['--kafka', this.#services.broker.bootstrap];
    const created = await runMillrace(['topics', 'feedback', ...kafka, '--create', '--partitions', String(partitions)]);
    if (created.code !== 0) throw new Error(`the topics could not be created:\n${created.stderr}`);
  }

  /** Begins the load when the processes run. */
  async #load(): Promise<PythonHalf> {
    const { processes, records, seed, seconds } = this.#options;
    let begin: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => (begin = resolve));
    const half = startPython(this.#python, ['load', { ...this.#shared(), records, seed, seconds: seconds * 0.9 }], (news) => {
      if (news.event === 'ready') begin();
      else this.#progress.say(`${String(news.messages)} messages sent${news.event === 'done' ? ': all' : ''}`);
    });
    this.#half = half;
    await Promise.race([ready, half.ended]);
    for (let index = 0; index < processes; index += 1) this.#fleet.add();
    await this.#fleet.ready();
    this.#progress.begin();
    this.#progress.say(`${processes} processes run; the load begins`);
    half.goOn();
    return half;
  }

  async #run(what: 'settle' | 'check' | 'dump', options: Readonly<Record<string, unknown>>, hear: (news: News) => void): Promise<void> {
    this.#half = startPython(this.#python, [what, { ...this.#shared(), ...options }], hear);
    await this.#half.ended;
  }

  #shared(): Readonly<Record<string, unknown>> {
    const { broker, registry, database } = this.#services;
    const { partitions } = this.#options;
    return { bootstrap: broker.bootstrap, registry: registry.url, clickhouse: database, folder: this.folder, partitions };
  }

  #resultOf(badEnds: ReadonlyArray<string>, comparisons: ReadonlyArray<Comparison>): CrashResult {
    const { collapses, starts, rollbacks } = this.#fleet;
    return {
      ok: badEnds.length === 0 && comparisons.every(({ differing }) => differing === 0),
      options: this.#options,
      seconds: Math.round(this.#progress.seconds),
      faults: this.#faults.done,
      starts,
      collapses,
      badEnds,
      rollbacks,
      comparisons,
    };
  }
}
