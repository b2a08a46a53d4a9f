import { spawn } from 'node:child_process';
import { startEmbeddedRegistry } from '../../pipeline/avro/embedded-registry/start-embedded-registry.ts';
import { startKafka } from '../../test/support/kafka.ts';
import { ratioOf } from '../support/median.ts';
import type { RunResult } from './job.ts';

const programs = { millrace: 'bench/kafka/millrace-run.ts', hand: 'bench/kafka/hand-written-run.ts' } as const;
type Program = keyof typeof programs;

const child = (file: string, args: ReadonlyArray<string>): Promise<string> =>
  new Promise((resolve, reject) => {
    const running = spawn(process.execPath, ['--import', 'ts-blank-space/register', file, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
    });
    let out = '';
    running.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()));
    running.on('error', reject);
    running.on('exit', (code) => (code === 0 ? resolve(out) : reject(new Error(`${file} ended with ${code}`))));
  });

const last = (output: string): RunResult => JSON.parse(output.trim().split('\n').at(-1) ?? '{}') as RunResult;

/** How much is measured. */
export interface CompareOptions {
  readonly records: number;
  /** Rounds that count; one more goes before them, to warm the broker's cache. */
  readonly rounds: number;
  readonly say: (line: string) => void;
}

const rate = ({ records, wallMs }: RunResult): number => Math.round((records / wallMs) * 1_000);
const cpu = ({ records, cpuSeconds }: RunResult): number => (cpuSeconds / records) * 1e6;

/**
 * The same job on Millrace and as a hand-written loop, on one broker and the same input, in turn, each run in a process of its own.
 * Reports medians and the ratio of the rates; both are exactly once.
 */
export const compareOnKafka = async ({ records, rounds, say }: CompareOptions): Promise<Readonly<Record<string, unknown>>> => {
  const broker = await startKafka({ 'log.segment.bytes': String(512 * 1024 * 1024) });
  const registry = await startEmbeddedRegistry();
  const runs = Array.from({ length: rounds + 1 }, (_, round) => round);
  try {
    const names = runs.flatMap((round) => [`m${round}`, `h${round}`]);
    say(`writing ${records.toLocaleString('en')} records`);
    await child('bench/kafka/fill.ts', [broker.bootstrap, registry.url, String(records), ...names]);
    const results: Record<Program, RunResult[]> = { millrace: [], hand: [] };
    for (const round of runs) {
      for (const program of round % 2 === 0 ? (['millrace', 'hand'] as const) : (['hand', 'millrace'] as const)) {
        const result = last(await child(programs[program], [broker.bootstrap, registry.url, `${program[0]}${round}`, String(records)]));
        say(
          `${program.padEnd(8)} ${rate(result).toLocaleString('en')} records/s, ${cpu(result).toFixed(2)} CPU µs a record${round === 0 ? ' (warm-up)' : ''}`,
        );
        if (round > 0) results[program].push(result);
      }
    }
    return {
      vs_hand_written: ratioOf(results.millrace.map(rate), results.hand.map(rate)),
      cpu_vs_hand_written: ratioOf(results.millrace.map(cpu), results.hand.map(cpu)),
      records,
      millrace: results.millrace,
      hand_written: results.hand,
    };
  } finally {
    await registry.close();
    await broker.close();
  }
};
