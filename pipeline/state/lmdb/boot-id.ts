import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const readers: Partial<Record<NodeJS.Platform, () => string>> = {
  linux: () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'),
  darwin: () => execFileSync('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
};

/**
 * What tells one run of the operating system from the next, so that a file can be known to have lived through no crash of it.
 * `undefined` where the system does not say.
 */
export const bootId = (platform: NodeJS.Platform = process.platform): string | undefined => {
  try {
    return readers[platform]?.().trim();
  } catch {
    return undefined;
  }
};
