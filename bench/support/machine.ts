import { execFileSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';

/** What a result stands on. */
export interface Surroundings {
  readonly commit: string;
  /** Whether files differ from that commit. */
  readonly is_changed: boolean;
  readonly at: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memory_gib: number;
    readonly node: string;
    readonly platform: string;
    /** Processes that ran or waited in the last minute, on average: over the number of cores, the machine was busy with other things. */
    readonly load: number;
  };
}

const git = (...args: ReadonlyArray<string>): string | undefined => {
  try {
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
};

/** The commit and the machine as they are now. */
export const surroundings = (): Surroundings => ({
  commit: git('rev-parse', 'HEAD') ?? 'unknown',
  is_changed: git('status', '--porcelain', '--untracked-files=no') !== '',
  at: new Date().toISOString(),
  machine: {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memory_gib: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  },
});
