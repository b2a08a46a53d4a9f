#!/usr/bin/env -S UV_THREADPOOL_SIZE=32 node
import { runProgram } from './cli/program.ts';

/** A reader that has gone (`millrace graph … | head`) is no error. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

await runProgram(
  process.argv.slice(2),
  {
    env: process.env,
    signals: process,
    print: (text) => void process.stdout.write(text),
    isTerminal: process.stdout.isTTY,
    exitWith: (code) => (process.exitCode = code),
  },
  { complain: (text) => void process.stderr.write(text) },
);
