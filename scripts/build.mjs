import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { localCache, root } from './setup/paths.mjs';
import { child } from './test/child.mjs';

/** The folders that are shipped. What is not TypeScript in them (schemas, SQL) is copied beside what the compiler makes. */
const shipped = ['pipeline', 'operators', 'schemas', 'topologies', 'services', 'client', 'bin'];
const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const dist = path.join(root, 'dist');

const assetsIn = (folder) =>
  readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.ts'))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));

const copyAssets = () => {
  for (const file of shipped.filter((folder) => existsSync(path.join(root, folder))).flatMap(assetsIn)) {
    mkdirSync(path.dirname(path.join(dist, file)), { recursive: true });
    cpSync(path.join(root, file), path.join(dist, file));
  }
};

rmSync(dist, { recursive: true, force: true });
rmSync(path.join(localCache, '..', 'tsc', 'build.tsbuildinfo'), { force: true });
const outcome = await child([process.execPath, tsc, '-p', 'tsconfig.build.json']);
if (outcome === 0) copyAssets();
process.exitCode = outcome === 0 ? 0 : 1;
