import { spawn } from 'node:child_process';
import { root } from './paths.mjs';

/** A set-up step that cannot go on. The message says what to do; `log` is what the failed command printed. */
export class SetupError extends Error {
  constructor(message, log = '') {
    super(message);
    this.log = log;
  }
}

const tail = (text, lines) => text.trimEnd().split('\n').slice(-lines).join('\n');

const start = (command, { cwd, env }) =>
  spawn(command[0], command.slice(1), { cwd: cwd ?? root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });

/** Runs a command to its end without printing. Resolves to whether it exited with 0 and the last lines of what it printed. */
export const attempt = (command, options = {}) =>
  new Promise((resolve) => {
    const child = start(command, options);
    let output = '';
    const keep = (bytes) => {
      output = (output + bytes).slice(-200_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const deadline = setTimeout(() => child.kill('SIGKILL'), options.timeout ?? 900_000);
    const end = (ok, text) => {
      clearTimeout(deadline);
      resolve({ ok, log: tail(text, options.lines ?? 25) });
    };
    child.on('error', (error) => end(false, error.message));
    child.on('close', (code) => end(code === 0, output));
  });

/** Prints a plain line to stderr: stdout belongs to the command that set-up makes ready. */
export const say = (text) => process.stderr.write(`setup: ${text}\n`);

/** Says what begins, every 15 seconds that it goes on, and how long it took. Returns what `work` returns. */
export const step = async (title, work) => {
  const began = Date.now();
  const elapsed = () => `${((Date.now() - began) / 1000).toFixed(0)} s`;
  say(`${title} …`);
  const ticker = setInterval(() => say(`… still at it, ${elapsed()}`), 15_000);
  try {
    const result = await work();
    say(`… done in ${elapsed()}`);
    return result;
  } catch (error) {
    say(`… failed after ${elapsed()}`);
    throw error;
  } finally {
    clearInterval(ticker);
  }
};

/** Runs a command that must succeed; throws a SetupError with the advice and the log's tail when it does not. */
export const must = async (command, advice, options = {}) => {
  const { ok, log } = await attempt(command, options);
  if (!ok) throw new SetupError(`${advice}\nThe command was: ${command.join(' ')}`, log);
};
