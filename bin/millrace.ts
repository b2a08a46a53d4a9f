#!/usr/bin/env -S UV_THREADPOOL_SIZE=32 node
import { exitCodes } from './cli/exit-codes.ts';
import { leaveAtOnce } from './cli/leave-at-once.ts';
import { runProgram } from './cli/program.ts';

/** A reader that has gone (`millrace graph … | head`) is no error. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

await runProgram(
  process.argv.slice(2),
  {
    env: process.env,
    signals: {
      on: (signal, listener) => process.on(signal, listener),
      off: (signal, listener) => process.off(signal, listener),
      exit: leaveAtOnce,
    },
    print: (text) => void process.stdout.write(text),
    isTerminal: process.stdout.isTTY,
    exitWith: (code) => (process.exitCode = code),
  },
  { complain: (text) => void process.stderr.write(text) },
);

// What a command leaves open after an error must not keep the process: a thread of the Kafka client, a socket that nobody answers.
if (process.exitCode === exitCodes.late) leaveAtOnce(exitCodes.late);
process.exit();
