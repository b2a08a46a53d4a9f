import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { addAcls } from '../commands/acls.ts';
import { addActuate } from '../commands/actuate.ts';
import { addDeliver } from '../commands/deliver.ts';
import { addDemo } from '../commands/demo.ts';
import { addDev } from '../commands/dev.ts';
import { addExplain } from '../commands/explain.ts';
import { addGraph } from '../commands/graph.ts';
import { addIngest } from '../commands/ingest.ts';
import { addNotify } from '../commands/notify.ts';
import { addPlan } from '../commands/plan.ts';
import { addProxy } from '../commands/proxy.ts';
import { addRedrive } from '../commands/redrive.ts';
import { addReplay } from '../commands/replay.ts';
import { addRun } from '../commands/run.ts';
import { addSimulate } from '../commands/simulate.ts';
import { addTopics } from '../commands/topics.ts';
import type { CommandContext } from './context.ts';
import { exitCodeHelp, exitCodes, planExitCodes } from './exit-codes.ts';
import { reportError } from './report-error.ts';

const versionOf = (): string => {
  const require = createRequire(import.meta.url);
  for (const file of ['../../package.json', '../../../package.json']) {
    try {
      const manifest: unknown = require(file);
      if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
    } catch {
      // From source the manifest is one folder nearer than from what was built.
    }
  }
  return 'unknown';
};

const programOf = (context: CommandContext): Command => {
  const program = new Command('millrace')
    .description('Stream processing for the feedback loop of machine-learning models.')
    .version(versionOf())
    .showHelpAfterError('(add --help to see what the command takes)')
    .addHelpText('after', `\nExample:\n  $ millrace demo --clean${exitCodeHelp(true, planExitCodes)}`)
    // Options after the name of a command are its own, not those of the one that it belongs to.
    .enablePositionalOptions()
    .configureOutput({ writeOut: context.print, writeErr: context.complain })
    .exitOverride();
  const commands = [
    addGraph,
    addTopics,
    addAcls,
    addPlan,
    addRedrive,
    addReplay,
    addExplain,
    addRun,
    addDeliver,
    addActuate,
    addNotify,
    addIngest,
    addProxy,
    addDev,
    addDemo,
    addSimulate,
  ];
  for (const add of commands) add(program, context);
  for (const command of program.commands) command.copyInheritedSettings(program);
  return program;
};

/** Runs a command line (without the names of Node and the program). Never rejects: what goes wrong is told, and gives the exit code. */
export const runProgram = async (args: ReadonlyArray<string>, context: CommandContext): Promise<void> => {
  try {
    await programOf(context).parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      context.exitWith(error.exitCode === 0 ? exitCodes.done : exitCodes.misused);
      return;
    }
    const { text, exitCode } = reportError(error);
    context.complain(text);
    context.exitWith(exitCode);
  }
};
