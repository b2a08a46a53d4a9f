import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { until } from './until.ts';

/** A process of the command line that has ended: its exit code, null if a signal ended it, and all that it printed. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process of the command line. It never outlives the tests. */
export interface Millrace {
  readonly pid: number;
  /** What it has printed on standard output so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly signal: (name: NodeJS.Signals) => void;
  readonly ended: Promise<Ended>;
  /** Resolves to the match once standard output has one; throws what it printed if it ends or `within` ms pass without. */
  readonly printed: (pattern: RegExp, within?: number) => Promise<RegExpExecArray>;
  /** The same for standard error. */
  readonly told: (pattern: RegExp, within?: number) => Promise<RegExpExecArray>;
  /** Ends it at once, if it still runs. */
  readonly kill: () => Promise<void>;
}

/** How a command is run. */
export interface MillraceOptions {
  /** Settings by their environment variables. None is inherited. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where a tree of the project's sources lies; the project itself if left out. */
  readonly root?: string;
  /** The working directory; the root if left out. */
  readonly cwd?: string;
  /** Closes its standard output before anything is read of it. */
  readonly deaf?: boolean;
}

const project = path.join(import.meta.dirname, '../..');

/** Ends the process when its standard input closes, which the kernel sees to if the tests die in whatever way. */
const lifeline = `data:text/javascript,${encodeURIComponent("process.stdin.on('close', () => process.kill(process.pid, 'SIGKILL')).resume().unref();")}`;

const inherited = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MILLRACE_')));

/** Starts `millrace` with these arguments, from source, as a process of its own. */
export const startMillrace = (args: ReadonlyArray<string>, options: MillraceOptions = {}): Millrace => {
  const { env = {}, root = project, cwd = root, deaf = false } = options;
  const loader = path.join(project, 'node_modules/ts-blank-space/loader/register.js');
  const command = ['--import', lifeline, '--import', loader, path.join(root, 'bin/millrace.ts'), ...args];
  const child = spawn(process.execPath, command, { cwd, stdio: 'pipe', env: { UV_THREADPOOL_SIZE: '16', ...inherited(), ...env } });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  if (deaf) child.stdout.destroy();
  const state: { ended?: Ended } = {};
  const ended = once(child, 'close').then(() => {
    state.ended = { code: child.exitCode, signal: child.signalCode, stdout, stderr };
    return state.ended;
  });
  const all = (): string => `millrace ${args.join(' ')} printed\n${stdout.slice(-3000)}\n${stderr.slice(-3000)}`;
  const waitFor =
    (output: () => string): Millrace['printed'] =>
    (pattern, within = 60_000) => {
      const look = (): RegExpExecArray | undefined => {
        const match = pattern.exec(output());
        if (match === null && state.ended !== undefined) throw new Error(`it ended with ${state.ended.code ?? state.ended.signal}`);
        return match ?? undefined;
      };
      return until(`${String(pattern)} is printed`, look, { within }).catch((cause: unknown) => {
        throw new Error(all(), { cause });
      });
    };
  return {
    pid: child.pid ?? 0,
    stdout: () => stdout,
    stderr: () => stderr,
    signal: (name) => void child.kill(name),
    ended,
    printed: waitFor(() => stdout),
    told: waitFor(() => stderr),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
};

/** Runs `millrace` to its end; kills it after `within` ms, 60,000 if left out. */
export const runMillrace = async (
  args: ReadonlyArray<string>,
  { within = 60_000, ...options }: MillraceOptions & { readonly within?: number } = {},
): Promise<Ended> => {
  const millrace = startMillrace(args, options);
  const late = setTimeout(() => millrace.signal('SIGKILL'), within);
  try {
    return await millrace.ended;
  } finally {
    clearTimeout(late);
  }
};
