import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { surroundings } from '../../../bench/support/machine.ts';
import { project } from '../crash-run.ts';
import { IngestCrashRun } from './ingest-crash-run.ts';
import { ingestCrashHelp, type IngestCrashOptions, readIngestCrashOptions } from './options.ts';
import type { IngestCrashResult } from './result.ts';

const print = (text: string): void => void process.stdout.write(text);

const tell = ({ ok, comparisons, collapses, bad_ends, wrong_answers, kills, clients, log, seconds }: IngestCrashResult): void => {
  for (const { name, differing, differences } of comparisons) {
    if (differing === 0) continue;
    print(`\n${name}: ${differing} differences, of which the first are\n${differences.map((line) => `  ${line}\n`).join('')}`);
  }
  for (const line of [...bad_ends, ...wrong_answers]) print(`${line}\n`);
  const copies = log.map(({ kind, ids, records }) => `${records} records of ${ids} ${kind} ids`).join(', ');
  print(`\n${kills} kills; ${collapses.length} processes ended by themselves; ${seconds} s\n`);
  print(`${clients.records} records in ${clients.requests} requests, of which ${clients.unanswered} were cut off; in the log ${copies}\n`);
  print(ok ? 'Nothing is lost, and nothing counts twice.\n' : 'Not everything is as it has to be.\n');
};

const keepResult = (result: IngestCrashResult, { json, write }: IngestCrashOptions): void => {
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`);
  if (!write) return;
  const proofs = path.join(project, 'docs', 'proofs');
  mkdirSync(proofs, { recursive: true });
  writeFileSync(path.join(proofs, 'crash-ingest.json'), `${JSON.stringify({ ...surroundings(), result }, null, 2)}\n`);
};

/** Rejects when somebody asks for the end. */
const asked = (): Promise<never> =>
  new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => reject(new Error(`ended by ${signal}`)));
  });

/** Runs the suite with these arguments and gives its exit code; whatever is not as it has to be keeps the folder. */
export const ingestCrash = async (args: ReadonlyArray<string>): Promise<number> => {
  const options = readIngestCrashOptions(args);
  if (options === undefined) {
    print(`${ingestCrashHelp}\n`);
    return 0;
  }
  print(`Seed ${options.seed}: ${options.kills} kills under the load of ${options.clients} clients.\n`);
  const run = await IngestCrashRun.open(options, print);
  let kept = true;
  try {
    const result = await Promise.race([run.play(), asked()]);
    tell(result);
    keepResult(result, options);
    kept = options.keep || !result.ok;
    return result.ok ? 0 : 1;
  } catch (error) {
    print(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 1;
  } finally {
    if (kept) {
      await run.keep().catch((error: unknown) => print(`the topics could not be kept: ${String(error)}\n`));
      print(`Logs and topics are in ${run.folder}\n`);
    }
    await run.close(kept);
  }
};
