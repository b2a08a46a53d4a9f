import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import path from 'node:path';

/** One line that the Python half prints. */
export type News = Readonly<Record<string, unknown>> & { readonly event: string };

/** A program of test/crash/foreign that runs. */
export interface PythonHalf {
  /** Resolves to its exit code, 0 or 3 where results differ; rejects, with the end of what it said, if it failed. */
  readonly ended: Promise<number>;
  /** Lets it go on when it waits. */
  readonly goOn: () => void;
  readonly kill: () => void;
}

const isNews = (value: unknown): value is News => typeof value === 'object' && value !== null && 'event' in value;

const differs = 3;

const program = path.join(import.meta.dirname, 'foreign/crash.py');

/** What `crash.py` can be asked to do. */
export type PythonTask = 'load' | 'settle' | 'check' | 'dump' | 'declare' | 'check-ingest';

/** Starts `crash.py` with its options; `hear` gets each line of news. It ends with this process. */
export const startPython = (
  python: string,
  [what, options]: readonly [what: PythonTask, options: Readonly<Record<string, unknown>>],
  hear: (news: News) => void,
): PythonHalf => {
  const child = spawn(python, ['-B', '-u', program, what, JSON.stringify(options)], { stdio: 'pipe' });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  createInterface({ input: child.stdout }).on('line', (line) => {
    const news: unknown = JSON.parse(line);
    if (isNews(news)) hear(news);
  });
  // What it is told when it has ended already has nobody to hear it.
  child.stdin.on('error', () => undefined);
  const killed = (): void => void child.kill('SIGKILL');
  process.once('exit', killed);
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      process.off('exit', killed);
      if (code === 0 || code === differs) resolve(code);
      else reject(new Error(`crash.py ${what} ended with ${code ?? signal}:\n${errors.slice(-3000)}`));
    });
  });
  return { ended, goOn: () => void child.stdin.write('\n'), kill: killed };
};
