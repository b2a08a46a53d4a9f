#!/usr/bin/env -S UV_THREADPOOL_SIZE=32 node
import { exitCodes } from './cli/exit-codes.ts';
import { leaveAtOnce } from './cli/leave-at-once.ts';
import { runProgram } from './cli/program.ts';
import { channelSignals } from './supervise/channel-signals.ts';
import { isSupervised } from './supervise/child-command.ts';
import type { SignalSource } from '../pipeline/runtime/launch/until-signalled.ts';

/** A reader that has gone (`millrace graph … | head`) is no error. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const ownSignals: SignalSource = {
  on: (signal, listener) => process.on(signal, listener),
  off: (signal, listener) => process.off(signal, listener),
  exit: leaveAtOnce,
};

await runProgram(process.argv.slice(2), {
  env: process.env,
  signals: isSupervised(process) ? channelSignals(process, leaveAtOnce) : ownSignals,
  print: (text) => void process.stdout.write(text),
  complain: (text) => void process.stderr.write(text),
  isTerminal: process.stdout.isTTY,
  program: { script: process.argv[1] ?? '', nodeOptions: process.execArgv },
  exitWith: (code) => (process.exitCode = code),
});

// What a command leaves open after an error must not keep the process: a thread of the Kafka client, a socket that nobody answers.
if (process.exitCode === exitCodes.late) leaveAtOnce(exitCodes.late);
process.exit();
