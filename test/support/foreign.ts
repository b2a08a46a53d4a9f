import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { prepared } from './prepared.ts';
import { skipBecause } from './skip-because.ts';

/** Runs a Python script of test/support/foreign with arguments; resolves to the JSON values that it printed, one a line. */
export type Foreign = (script: string, args: ReadonlyArray<string>) => Promise<ReadonlyArray<unknown>>;

const collect = async (stream: NodeJS.ReadableStream): Promise<string> => {
  let text = '';
  for await (const part of stream) text += part.toString();
  return text;
};

const runPython =
  (python: string): Foreign =>
  async (script, args) => {
    const file = fileURLToPath(new URL(`foreign/${script}`, import.meta.url));
    const child = spawn(python, [file, ...args], { stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000, killSignal: 'SIGKILL' });
    const [output, errors] = await Promise.all([collect(child.stdout), collect(child.stderr), once(child, 'close')]);
    if (child.exitCode !== 0) throw new Error(`${script} ended with ${child.exitCode ?? child.signalCode}:\n${errors.slice(-3000)}`);
    const lines = output.split('\n').filter((line) => line !== '');
    return lines.map((line): unknown => JSON.parse(line));
  };

/** A client that shares no code with ours: confluent-kafka and fastavro. Skips the test or suite, with the reason, where there is none. */
export const foreignFor = (context: Mocha.Context): Foreign => {
  const found = prepared('python');
  return 'missing' in found ? skipBecause(context, `Python with confluent-kafka and fastavro: ${found.missing}`) : runPython(found.path);
};
