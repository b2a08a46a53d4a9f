import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { until } from './until.ts';

/**
 * Starts the program with its output appended to a file, says its process id, and ends it when stdin closes, which the kernel sees to
 * if this process dies in whatever way.
 */
const leash = `
exec 3<&0
log=$1; shift
"$@" </dev/null >>"$log" 2>&1 3<&- &
program=$!
echo $program
{ cat <&3 >/dev/null; kill -9 $program; } >/dev/null 2>&1 &
watcher=$!
exec 3<&-
wait $program
code=$?
kill $watcher 2>/dev/null
exit $code
`;

/** A program beside the tests. It never outlives them. */
export interface Leashed {
  readonly pid: number;
  /** What it printed since it was started. */
  readonly output: () => string;
  readonly signal: (name: NodeJS.Signals) => void;
  /** Sends the signal and resolves when the program is gone; after 10 s without effect it is killed. */
  readonly end: (name: 'SIGTERM' | 'SIGKILL') => Promise<void>;
  readonly isRunning: () => boolean;
}

/** Starts a program; its output is appended to `log`. Resolves when it runs, not when it is ready. */
export const startLeashed = async (command: ReadonlyArray<string>, log: string): Promise<Leashed> => {
  appendFileSync(log, '');
  const from = statSync(log).size;
  const shell = spawn('sh', ['-c', leash, 'sh', log, ...command], { stdio: ['pipe', 'pipe', 'ignore'] });
  let running = true;
  const gone = once(shell, 'exit').then(() => {
    running = false;
    shell.stdin.destroy();
  });
  const [line] = (await once(shell.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  const signal = (name: NodeJS.Signals): void => {
    if (running) process.kill(pid, name);
  };
  return {
    pid,
    output: () => readFileSync(log).subarray(from).toString(),
    signal,
    isRunning: () => running,
    end: async (name) => {
      signal(name);
      await until('the program ends', () => !running, { within: 10_000 }).catch(() => signal('SIGKILL'));
      await gone;
    },
  };
};

/** Waits until a program is ready, as `look` sees it; ends it and throws with the tail of its output if it ends or is not ready in a minute. */
export const ready = async (program: Leashed, look: () => boolean | Promise<boolean>): Promise<Leashed> => {
  const check = (): boolean | Promise<boolean> => {
    if (!program.isRunning()) throw new Error('the program ended');
    return look();
  };
  try {
    await until('the program is ready', check, { within: 60_000, every: 50 });
    return program;
  } catch (cause) {
    await program.end('SIGKILL');
    throw new Error(`The program did not become ready. It printed:\n${program.output().slice(-3000)}`, { cause });
  }
};
