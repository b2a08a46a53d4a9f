import { execFile } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { root } from './workshop.ts';

const loader = ['--import', 'ts-blank-space/register'];

/** Runs the tests of pages that write into the project; the guide's are the reader's own, for Node's test runner. */
const mocha = path.join(root, 'node_modules', 'mocha', 'lib', 'cli', 'cli.js');

/** Runs Node and resolves to its standard output. Rejects, with all that it said, if it fails or takes longer than two minutes. */
export const runNode = (args: ReadonlyArray<string>, cwd: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    execFile(process.execPath, [...args], { cwd, env, timeout: 120_000, killSignal: 'SIGKILL' }, (error, output, errors) => {
      if (error === null) resolve(output);
      else reject(new Error(`node ${args.join(' ')} failed:\n${output}\n${errors}`, { cause: error }));
    });
  });

/** Runs a program within this process, which has its modules loaded already, and resolves to what it printed. */
const runHere = async (file: string): Promise<string> => {
  const printed: string[] = [];
  const { log } = console;
  console.log = (...values: unknown[]) => void printed.push(format(...values));
  try {
    await import(pathToFileURL(file).href);
  } finally {
    console.log = log;
  }
  return printed.join('\n');
};

/** Runs what a reader runs, a program of the page, a test or a command, and resolves to its standard output. */
export const runShown = (what: string, folder: string): Promise<string> => {
  const [program = '', second = '', ...rest] = what.split(' ');
  if (program === 'npx' && second === 'millrace') return runNode([...loader, path.join(root, 'bin', 'millrace.ts'), ...rest], folder);
  if (program.startsWith('test/')) return runNode([...loader, mocha, '--no-config', program], folder);
  if (program.endsWith('.test.ts')) return runNode([...loader, '--test-reporter', 'spec', program], folder);
  if (program.endsWith('.ts')) return runHere(path.join(folder, program));
  throw new Error(`a page cannot run "${what}": it runs its own files, and npx millrace`);
};

/** What of an output does not differ from run to run: a test's lines without its durations and the totals below. */
export const comparable = (output: string): string =>
  output
    .split('\n')
    .filter((line) => !line.startsWith('ℹ '))
    .map((line) => line.replace(/ \(\d+(\.\d+)?ms\)$/, '').trimEnd())
    .join('\n')
    .trim();
