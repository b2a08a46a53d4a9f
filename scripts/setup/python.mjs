import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { debianPackages, hasProgram } from './debian.mjs';
import { namedByContent } from './maven.mjs';
import { cachedFolder, root } from './paths.mjs';
import { must, step } from './run.mjs';

const support = path.join(root, 'test', 'support');

const canMakeEnvironments = () => hasProgram('python3') && spawnSync('python3', ['-c', 'import ensurepip, venv']).status === 0;

/** Resolves to the interpreter of an environment that has the packages of a list; `what` says what it is for. */
const environment = async (name, requirements, { what, pip = [] }) => {
  const folder = await cachedFolder(namedByContent(name, requirements), async (staging) => {
    if (!canMakeEnvironments()) await debianPackages(['python3', 'python3-venv'], `run ${what} in the tests`);
    await step(`installing ${what} (Python) for the tests`, async () => {
      await must(['python3', '-m', 'venv', staging], 'Python could not make an environment.');
      const install = [path.join(staging, 'bin', 'python'), '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...pip];
      await must([...install, '-r', requirements], `pip could not install ${what}.`);
    });
  });
  return path.join(folder, 'bin', 'python');
};

/** Resolves to the interpreter of an environment that has the packages of the foreign client. */
export const pythonEnvironment = () =>
  environment('python', path.join(support, 'foreign', 'requirements.txt'), { what: 'the foreign Kafka client' });

/**
 * Resolves to the interpreter of an environment with an MLflow server. Its list is whole and has what the server imports, without the libraries
 * for training that MLflow asks for besides: they are several times as large.
 */
export const mlflowEnvironment = () =>
  environment('mlflow', path.join(support, 'mlflow', 'requirements.txt'), { what: 'an MLflow server', pip: ['--no-deps'] });
