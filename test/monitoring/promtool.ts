import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { prepared } from '../support/prepared.ts';
import { skipBecause } from '../support/skip-because.ts';

/** Whether promtool was content, and what it printed. */
export interface Said {
  readonly ok: boolean;
  readonly said: string;
}

/** The path of promtool, which checks and tests rules without any server. Skips the test, with the reason, where there is none. */
export const promtoolFor = (context: Mocha.Context): string => {
  const found = prepared('promtool');
  return 'missing' in found ? skipBecause(context, `promtool: ${found.missing}`) : found.path;
};

/** Runs promtool to its end. */
export const runPromtool = (promtool: string, args: ReadonlyArray<string>): Promise<Said> =>
  new Promise((resolve) => {
    execFile(promtool, [...args], { maxBuffer: 16 * 2 ** 20 }, (error, stdout, stderr) =>
      resolve({ ok: error === null, said: stdout + stderr }),
    );
  });

/** Has promtool check the text of a rule file. */
export const checkRules = async (context: Mocha.Context, text: string): Promise<Said> => {
  const promtool = promtoolFor(context);
  const folder = await mkdtemp(path.join(tmpdir(), 'millrace-rules-'));
  try {
    const file = path.join(folder, 'rules.yml');
    await writeFile(file, text);
    return await runPromtool(promtool, ['check', 'rules', file]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
