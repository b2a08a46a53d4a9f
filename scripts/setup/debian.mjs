import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { SetupError, must, step } from './run.mjs';

const isDebian = () => {
  try {
    return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
};

const isInstalled = (name) => {
  const { status, stdout } = spawnSync('dpkg-query', ['-W', '-f=${Status}', name], { encoding: 'utf8' });
  return status === 0 && stdout.includes('install ok installed');
};

/** True if a program of that name is on the path and answers to `--version`. */
export const hasProgram = (name, flag = '--version') => spawnSync(name, [flag], { stdio: 'ignore' }).status === 0;

/**
 * Sees to it that Debian packages are installed: as root by installing what is missing, else by saying the command to run. `purpose`
 * completes "are needed to …". On another system it only says what is needed, in Debian's words.
 */
export const debianPackages = async (names, purpose) => {
  if (!isDebian()) throw new SetupError(`On this system, install what Debian calls ${names.join(', ')}: needed to ${purpose}.`);
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...missing];
  if (process.getuid?.() !== 0) {
    throw new SetupError(`Run this, then try again (needed to ${purpose}):\n  sudo apt-get update && sudo ${install.join(' ')}`);
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await step(`installing ${missing.join(', ')} to ${purpose}`, async () => {
    await must(['apt-get', 'update'], "Debian's package lists could not be read.", { env });
    await must(install, 'The packages could not be installed.', { env });
  });
};
