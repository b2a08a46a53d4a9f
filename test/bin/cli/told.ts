import { runProgram } from '../../../bin/cli/program.ts';

/** What a command line came to. */
export interface Told {
  /** 0 until a command says otherwise. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, with nothing of its environment. For what ends by itself and opens nothing. */
export const told = async (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}): Promise<Told> => {
  let code = 0;
  let stdout = '';
  let stderr = '';
  await runProgram(args, {
    env,
    signals: process,
    print: (text) => void (stdout += text),
    complain: (text) => void (stderr += text),
    isTerminal: false,
    program: { script: '', nodeOptions: [] },
    exitWith: (given) => void (code = given),
  });
  return { code, stdout, stderr };
};
