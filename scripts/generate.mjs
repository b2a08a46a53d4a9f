import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './setup/paths.mjs';

/**
 * The files that are made from the code. scripts/generated.json lists them as `{ "file": "docs/x.md", "by": "scripts/docs/x.ts" }`:
 * the program prints the file's content; without `file` the program writes its files itself and takes --check. With --check nothing is
 * written, and a file that is not current is an error.
 */
const { values } = parseArgs({ options: { check: { type: 'boolean' } } });
const generated = JSON.parse(readFileSync(path.join(root, 'scripts', 'generated.json'), 'utf8'));

const run = (program, args, options) =>
  spawnSync(process.execPath, ['--import', 'ts-blank-space/register', program, ...args], { cwd: root, ...options });

const writesItself = (program) => run(program, values.check ? ['--check'] : [], { stdio: 'inherit' }).status === 0;

const contentBy = (program) => {
  const { status, stdout, stderr } = run(program, [], { encoding: 'utf8', maxBuffer: 64 * 2 ** 20 });
  if (status !== 0) throw new Error(`${program} failed:\n${stderr}`);
  return stdout;
};

const isCurrent = ({ file, by }) => {
  if (file === undefined) return writesItself(by);
  const target = path.join(root, file);
  const content = contentBy(by);
  if (existsSync(target) && readFileSync(target, 'utf8') === content) return true;
  if (values.check) {
    process.stdout.write(`${file} is not what ${by} prints. Run: npm run generate\n`);
    return false;
  }
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, content);
  process.stdout.write(`wrote ${file}\n`);
  return true;
};

process.exitCode = generated.map(isCurrent).every(Boolean) ? 0 : 1;
