import { type ErrorCode, errorCatalogue, MillraceError, messageOf } from '../../pipeline/core/errors.ts';
import { exitCodes } from './exit-codes.ts';

/** Mistakes of whoever typed the command or wrote the topology. */
const misuse: ReadonlySet<ErrorCode> = new Set(['bad_config', 'bad_topology', 'bad_topic', 'bad_schema']);

const exitCodeOf = (code: ErrorCode): number => {
  if (code === 'shutdown_timeout') return exitCodes.late;
  return misuse.has(code) ? exitCodes.misused : exitCodes.failed;
};

/** What to print of an error, and the exit code that it gives. A stack is shown only for what is a defect. */
export const reportError = (error: unknown): { readonly text: string; readonly exitCode: number } => {
  if (!(error instanceof MillraceError)) {
    return {
      text: `engine_defect: ${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}\n`,
      exitCode: exitCodes.failed,
    };
  }
  const stack = error.code === 'engine_defect' ? `\n${error.stack ?? ''}` : '';
  const text = `${error.code}: ${error.message}\n\n${errorCatalogue[error.code].help}${stack}\n`;
  return { text, exitCode: exitCodeOf(error.code) };
};
