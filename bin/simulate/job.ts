import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type ErrorCode, MillraceError } from '../../pipeline/core/errors.ts';
import type { SimulationReport } from '../../pipeline/testing/simulate.ts';
import { type Block, runBlock, type Wanted } from './block.ts';

/** What a process says of a block: what came of it, or why it could not be run. */
export type Answer = { readonly report: SimulationReport } | { readonly failed: { readonly code: ErrorCode; readonly message: string } };

/** Whoever runs blocks of seeds, one after the other. */
export interface Job {
  run(wanted: Wanted, block: Block): Promise<SimulationReport>;
  end(): void;
}

/** Runs blocks in this process. */
export const ownJob = (): Job => ({ run: runBlock, end: () => undefined });

const isAnswer = (message: unknown): message is Answer =>
  typeof message === 'object' && message !== null && ('report' in message || 'failed' in message);

const reportOf = (message: unknown): SimulationReport => {
  if (!isAnswer(message)) throw new MillraceError('engine_defect', 'a process of the simulation answers what nobody asked');
  if ('report' in message) return message.report;
  throw new MillraceError(message.failed.code, message.failed.message);
};

const answerOf = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const died = (code: number | null, signal: string | null): void =>
      reject(new MillraceError('engine_defect', `a process of the simulation has ended with ${signal ?? code ?? 'nothing'}`));
    child.once('exit', died);
    child.once('message', (message) => {
      child.off('exit', died);
      resolve(message);
    });
  });

/** A run leaves much behind that is soon forgotten: with more room for it, collecting it takes an eighth less of the whole time. */
const youngSpace = '--max-semi-space-size=32';

/** Runs blocks in a process of its own, which begins at once. */
export const childJob = (): Job => {
  const file = import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js';
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), { execArgv: [...process.execArgv, youngSpace] });
  return {
    run: async (wanted, block) => {
      const answer = answerOf(child);
      child.send({ wanted, block });
      return reportOf(await answer);
    },
    end: () => void child.kill(),
  };
};
