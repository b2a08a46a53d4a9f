import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { hasProgram } from './debian.mjs';
import { cachedFolder } from './paths.mjs';
import { SetupError, attempt, must, step } from './run.mjs';

const architecture = async () => {
  const { ok, log } = await attempt(['dpkg', '--print-architecture']);
  if (!ok) throw new SetupError('dpkg does not tell the architecture of this machine.', log);
  return log.trim();
};

/** Downloads a package as the package lists have it; where they are old or missing and this is root, they are read anew. */
const download = async (name, folder) => {
  const get = ['apt-get', 'download', name];
  if ((await attempt(get, { cwd: folder })).ok) return;
  if (process.getuid?.() === 0) await must(['apt-get', 'update'], "Debian's package lists could not be read.");
  await must(get, `The package ${name} could not be downloaded. As root, "apt-get update" may help.`, { cwd: folder });
};

/** Where a program lies that is installed already. */
const installed = (program) => {
  const name = path.basename(program);
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file) && hasProgram(file));
};

/**
 * Resolves to the path of a program: where it is installed, or of a Debian package that is unpacked into the cache and not installed: no daemon is set up or started,
 * and nobody has to be root. Throws a SetupError where this is no Debian.
 */
export const debianProgram = async (name, program) => {
  const here = installed(program);
  if (here !== undefined) return here;
  if (!hasProgram('apt-get') || !hasProgram('dpkg'))
    throw new SetupError(`${name} comes from Debian's packages, which this system does not have.`);
  const folder = await cachedFolder(`debian-${name}-${await architecture()}`, (staging) =>
    step(`fetching ${name} from Debian's packages, without installing it`, async () => {
      await download(name, staging);
      const [archive] = readdirSync(staging).filter((file) => file.endsWith('.deb'));
      await must(['dpkg', '-x', path.join(staging, archive), staging], `The package ${name} could not be unpacked.`);
    }),
  );
  const file = path.join(folder, program);
  if (!existsSync(file) || !hasProgram(file)) throw new SetupError(`${program} of the package ${name} does not run on this machine.`);
  return file;
};
