import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { root } from '../setup/paths.mjs';

const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();

/** What every proof says of itself: of which commit it is, and when and where it was made. */
export const proofHead = () => ({
  commit: git('rev-parse', 'HEAD'),
  changedSince: git('status', '--porcelain', '--untracked-files=no') !== '',
  date: new Date().toISOString(),
  node: process.versions.node,
  machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30) },
});
