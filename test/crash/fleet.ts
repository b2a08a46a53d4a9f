import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { type Millrace, startMillrace } from '../support/millrace.ts';
import { until } from '../support/until.ts';
import type { Progress } from './progress.ts';

/** A process that ended although nobody had ended it. */
export interface Collapse {
  readonly slot: string;
  readonly exit: string;
  readonly reason: string;
}

/** How the processes are started. */
export interface FleetOptions {
  /** What `millrace` is run with in a slot, but for the slot itself. */
  readonly args: (slot: string) => ReadonlyArray<string>;
  /** What a process prints when it does its work. */
  readonly runs: RegExp;
  /** The tree of sources that they run. */
  readonly root: string;
  /** Where their logs go, a file a slot. */
  readonly logs: string;
}

interface Member {
  readonly slot: string;
  process: Millrace | undefined;
  isWanted: boolean;
}

const reasonOf = (log: string): string => {
  const lines = log.split('\n').filter((line) => line.includes('"level":50') || line.includes('has to end') || line.startsWith('millrace'));
  return (lines.at(-1) ?? log.slice(-300)).slice(0, 500);
};

/** The processes that are broken: those of the topology, or of the API. One that ends by itself is started again, as a supervisor would, and noted. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #progress: Progress;
  readonly #members: Member[] = [];
  readonly #starting = new Set<Promise<void>>();
  readonly collapses: Collapse[] = [];
  /** How often the log of a process says that a commit was rolled back. */
  rollbacks = 0;
  starts = 0;

  constructor(options: FleetOptions, progress: Progress) {
    this.#options = options;
    this.#progress = progress;
  }

  /** Starts one more process, in a slot of its own. Returns the slot. */
  add(): string {
    const member: Member = { slot: `p${this.#members.length + 1}`, process: undefined, isWanted: true };
    this.#members.push(member);
    this.#start(member);
    return member.slot;
  }

  /** Resolves when every process that runs has said that it does. */
  async ready(): Promise<void> {
    for (const { process } of this.#running()) await process?.printed(this.#options.runs, 120_000);
  }

  /** Kills one of those that run; it comes back in its slot. Undefined if none runs. */
  kill(victim: number, downMs: number): string | undefined {
    const member = this.#pick(victim);
    if (member === undefined) return undefined;
    member.isWanted = false;
    member.process?.signal('SIGKILL');
    member.process = undefined;
    this.#later(downMs, () => {
      member.isWanted = true;
      this.#start(member);
    });
    return member.slot;
  }

  /** Asks one of those that run to leave for good. Undefined if only two are left. */
  remove(victim: number): string | undefined {
    const member = this.#pick(victim);
    if (member === undefined || this.#running().length <= 2) return undefined;
    member.isWanted = false;
    const { process } = member;
    member.process = undefined;
    process?.signal('SIGTERM');
    void process?.ended.then(({ code, signal }) => this.#progress.say(`${member.slot} has left with ${code ?? signal}`));
    return member.slot;
  }

  /** Asks all to leave, when those that are on their way back are there. Resolves to how each ended that did not end well. */
  async leave(withinMs: number): Promise<ReadonlyArray<string>> {
    await Promise.all(this.#starting);
    const leaving = this.#running();
    for (const member of leaving) member.isWanted = false;
    const ends = leaving.map(async ({ slot, process }) => {
      process?.signal('SIGTERM');
      const over = new AbortController();
      const ended = await Promise.race([process?.ended, systemClock.sleep(withinMs, over.signal)]);
      over.abort();
      if (ended === undefined) return [`${slot} had not left after ${withinMs} ms`];
      return ended.code === 0 ? [] : [`${slot} left with ${ended.code ?? ended.signal}: ${reasonOf(ended.stderr)}`];
    });
    return (await Promise.all(ends)).flat();
  }

  /** Ends whatever still runs, at once. Their logs are then whole. */
  async close(): Promise<void> {
    await Promise.all(this.#starting);
    for (const member of this.#members) member.isWanted = false;
    for (const { process } of this.#members) await process?.kill();
  }

  /** Resolves when all that were killed are back and have joined. */
  async whole(): Promise<void> {
    await until('all processes are back', () => this.#starting.size === 0, { within: 60_000 });
    await this.ready();
  }

  #running(): ReadonlyArray<Member> {
    return this.#members.filter(({ process }) => process !== undefined);
  }

  #pick(share: number): Member | undefined {
    const running = this.#running();
    return running[Math.floor(share * running.length)];
  }

  #later(ms: number, act: () => void): void {
    const done = systemClock.sleep(ms).then(() => {
      this.#starting.delete(done);
      act();
    });
    this.#starting.add(done);
  }

  #start(member: Member): void {
    const { args, root, logs } = this.#options;
    this.starts += 1;
    const process = startMillrace([...args(member.slot), '--slot', member.slot], { root });
    member.process = process;
    void process.ended.then(({ code, signal, stderr }) => {
      this.rollbacks += stderr.split('is rolled back').length - 1;
      appendFileSync(path.join(logs, `${member.slot}.log`), `${stderr}--- ended with ${code ?? signal}\n`);
      if (member.process === process && member.isWanted) this.#collapsed(member, String(code ?? signal), stderr);
    });
  }

  #collapsed(member: Member, exit: string, log: string): void {
    const collapse = { slot: member.slot, exit, reason: reasonOf(log) };
    member.process = undefined;
    this.collapses.push(collapse);
    this.#progress.say(`${member.slot} ended by itself with ${exit}: ${collapse.reason}`);
    this.#later(1_000, () => {
      if (member.isWanted) this.#start(member);
    });
  }
}
