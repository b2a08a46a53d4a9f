import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './paths.mjs';
import { SetupError, must, step } from './run.mjs';

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;

/** Refuses a Node that is too old for the code, by name. */
export const checkNode = () => {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const recent = major > 20 || (major === 20 && minor >= 19);
  if (!recent) throw new SetupError(`Millrace needs Node 20.19 or newer; this is Node ${process.versions.node}.`);
};

/** Optional for users, whose install may go on without them, but not for a clone. */
const required = new Set(['node_modules/@confluentinc/kafka-javascript', 'node_modules/lmdb']);

const mayBeMissing = (name, { optional }) => optional === true && !required.has(name);

/** What keeps node_modules from being what the lock file says: nothing there, or the first package that differs. */
const difference = () => {
  const installedFile = path.join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return 'nothing is installed';
  const installed = packagesOf(installedFile);
  const locked = Object.entries(packagesOf(path.join(root, 'package-lock.json')));
  const differs = ([name, entry]) =>
    installed[name] === undefined ? !mayBeMissing(name, entry) : installed[name].version !== entry.version;
  const wrong = locked.filter(([name]) => name !== '').find(differs);
  return wrong === undefined ? undefined : `${wrong[0]} is not at ${wrong[1].version}`;
};

/**
 * Makes node_modules what the lock file says. Install scripts do not run: the one package that needs its own, the Kafka client, is seen
 * to by `kafkaClient`, which knows more ways to get its binary than its script does.
 */
export const nodeModules = async () => {
  const reason = difference();
  if (reason === undefined) return;
  const command = reason === 'nothing is installed' ? ['ci'] : ['install', '--no-save'];
  await step(`installing npm packages (${reason})`, () =>
    must([npm, ...command, '--ignore-scripts', '--no-audit', '--no-fund'], 'npm could not install the packages.'),
  );
};
