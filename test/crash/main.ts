import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CrashRun, type CrashResult } from './crash-run.ts';
import { ingestCrash } from './ingest/ingest-crash.ts';
import { type CrashOptions, crashHelp, readCrashOptions } from './options.ts';

const write = (text: string): void => void process.stdout.write(text);

const tell = ({ ok, comparisons, collapses, badEnds, faults, rollbacks, seconds }: CrashResult): void => {
  for (const { name, differing, differences } of comparisons) {
    if (differing === 0) continue;
    write(`\n${name}: ${differing} differences, of which the first are\n${differences.map((line) => `  ${line}\n`).join('')}`);
  }
  for (const end of badEnds) write(`${end}\n`);
  const done = `${faults.kill} kills, ${faults.bounce} broker bounces, ${faults.scale} scale events, ${faults.clickhouse} kills of ClickHouse`;
  write(`\n${done}; ${collapses.length} processes ended by themselves, ${rollbacks} commits were rolled back; ${seconds} s\n`);
  write(ok ? 'Everything equals the brute force.\n' : 'Not everything is as it has to be.\n');
};

/** Rejects when somebody asks for the end. */
const asked = (): Promise<never> =>
  new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => reject(new Error(`ended by ${signal}`)));
  });

/** Plays the run; whatever is not as it has to be keeps the folder. */
const played = async (run: CrashRun, options: CrashOptions): Promise<boolean> => {
  let kept = true;
  try {
    const result = await Promise.race([run.play(), asked()]);
    tell(result);
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
    kept = options.keep || !result.ok;
    return result.ok;
  } catch (error) {
    write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return false;
  } finally {
    if (kept) {
      await run.keep().catch((error: unknown) => write(`the topics could not be kept: ${String(error)}\n`));
      write(`Logs and topics are in ${run.folder}\n`);
    }
    await run.close(kept);
  }
};

/** Which suite the command line names. */
const suiteOf = (args: ReadonlyArray<string>): string => {
  const { values } = parseArgs({ args: [...args], options: { suite: { type: 'string', default: 'pipeline' } }, strict: false });
  return String(values.suite);
};

const pipelineCrash = async (args: ReadonlyArray<string>): Promise<number> => {
  const options = readCrashOptions(args);
  if (options === undefined) {
    write(`${crashHelp}\n`);
    return 0;
  }
  write(`Seed ${options.seed}: ${options.records} inferences and as many feedback messages in ${options.seconds} s.\n`);
  const run = await CrashRun.open(options, write);
  return (await played(run, options)) ? 0 : 1;
};

const suites: Readonly<Record<string, (args: ReadonlyArray<string>) => Promise<number>>> = { pipeline: pipelineCrash, ingest: ingestCrash };

const main = async (args: ReadonlyArray<string>): Promise<number> => {
  const suite = suiteOf(args);
  const run = suites[suite];
  if (run === undefined) throw new RangeError(`--suite takes ${Object.keys(suites).join(' or ')}, not "${suite}"`);
  return run(args);
};

process.exitCode = await main(process.argv.slice(2));
