import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { debianPackages, hasProgram } from './debian.mjs';
import { namedByContent } from './maven.mjs';
import { cachedFolder, root } from './paths.mjs';
import { must, step } from './run.mjs';

const requirements = path.join(root, 'test', 'support', 'foreign', 'requirements.txt');

const canMakeEnvironments = () => hasProgram('python3') && spawnSync('python3', ['-c', 'import ensurepip, venv']).status === 0;

/** Resolves to the interpreter of an environment that has the packages of the foreign client. */
export const pythonEnvironment = async () => {
  const folder = await cachedFolder(namedByContent('python', requirements), async (staging) => {
    if (!canMakeEnvironments()) await debianPackages(['python3', 'python3-venv'], 'read topics with a foreign client in the tests');
    await step('installing the foreign Kafka client (Python) for the tests', async () => {
      await must(['python3', '-m', 'venv', staging], 'Python could not make an environment.');
      const pip = [path.join(staging, 'bin', 'python'), '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
      await must([...pip, '-r', requirements], 'pip could not install the foreign client.');
    });
  });
  return path.join(folder, 'bin', 'python');
};
