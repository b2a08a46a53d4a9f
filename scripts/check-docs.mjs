import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { brokenLinks } from './docs/links.mjs';
import { tooLong } from './docs/sizes.mjs';
import { root } from './setup/paths.mjs';

/** Checks what no compiler does: links in Markdown resolve, sources keep their limits, generated files are current. */
const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
const files = listed.split('\0').filter((file) => file !== '' && existsSync(path.join(root, file)));
const problems = [...files.filter((file) => file.endsWith('.md')).flatMap(brokenLinks), ...files.flatMap(tooLong)];
for (const line of problems) process.stdout.write(`${line}\n`);

const generated = spawnSync(process.execPath, [path.join(root, 'scripts', 'generate.mjs'), '--check'], { cwd: root, stdio: 'inherit' });
process.exitCode = problems.length === 0 && generated.status === 0 ? 0 : 1;
