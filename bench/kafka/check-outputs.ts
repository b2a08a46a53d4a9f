import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { onJava, type StreamsFolders } from './contenders.ts';
import { topicsOf } from './job.ts';

const run = promisify(execFile);

/** What the check found of one run. */
export interface Checked {
  readonly run: string;
  /** Valid records that were forwarded. */
  readonly valid: number;
  /** Models and minutes that have a sum. */
  readonly sums: number;
  /** The first differences from what is right. */
  readonly wrong: ReadonlyArray<string>;
}

/**
 * Compares what runs have written, to the byte and the last bit, with what the input says that they must write. The check is a Java program
 * that reads Kafka and Avro by itself: it shares no code with what it checks.
 */
export const checkOutputs = async (
  folders: StreamsFolders,
  input: { readonly brokers: string; readonly total: number },
  runs: ReadonlyArray<string>,
): Promise<ReadonlyArray<Checked>> => {
  const { scores, valid, sums } = topicsOf('');
  const [program = '', ...args] = onJava(folders, 'CheckOutputs', {
    ...{ bootstrap: input.brokers, records: input.total, runs: runs.join(',') },
    ...{ scores: scores.name, valid: valid.name, sums: sums.name },
  });
  const { stdout } = await run(program, args);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Checked);
};
