import { fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Child, ChildEnd } from './child.ts';

/** What a process is started with, and who hears what it prints. */
export interface ForkOptions {
  readonly script: string;
  readonly args: ReadonlyArray<string>;
  readonly nodeOptions: ReadonlyArray<string>;
  readonly env: NodeJS.ProcessEnv;
  readonly onOutput: (line: string) => void;
  readonly onError: (line: string) => void;
}

/** The message by which a process is asked to end. */
export const endMessage = 'end';

const eachLine = (stream: Readable | null, onLine: (line: string) => void): void => {
  if (stream !== null) createInterface({ input: stream, crlfDelay: Infinity }).on('line', onLine);
};

/**
 * Starts a process with a channel to it. It is asked to end over the channel and not by a signal: a terminal, or a service manager, sends signals to
 * all processes alike, and a second one would end it at once. When this process dies, the channel closes and the child drains.
 */
export const forkChild = ({ script, args, nodeOptions, env, onOutput, onError }: ForkOptions): Child => {
  const child = fork(script, args, { execArgv: [...nodeOptions], env, stdio: ['inherit', 'pipe', 'pipe', 'ipc'] });
  eachLine(child.stdout, onOutput);
  eachLine(child.stderr, onError);
  const ended = new Promise<ChildEnd>((resolve) => {
    child.once('error', () => resolve({ code: 1, signal: null }));
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  return {
    pid: child.pid,
    ended,
    ask: () => {
      // It may have gone a moment ago.
      if (child.connected) child.send(endMessage, () => undefined);
    },
    kill: () => void child.kill('SIGKILL'),
  };
};
