import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { dashboards } from '../../monitoring/dashboards/all.ts';
import { dashboardText } from './grafana.ts';

/** Writes every dashboard into docker/grafana/dashboards, and takes away what is none any more. With --check it only says what is not current. */
const folder = fileURLToPath(new URL('../../docker/grafana/dashboards/', import.meta.url));
const check = process.argv.includes('--check');

const wanted = new Map(dashboards.map((dashboard) => [`${dashboard.uid}.json`, dashboardText(dashboard)]));
const present = readdirSync(folder);
const stale = present.filter((name) => !wanted.has(name));
const changed = [...wanted].filter(([name, text]) => !present.includes(name) || readFileSync(path.join(folder, name), 'utf8') !== text);

if (check) {
  for (const name of [...stale, ...changed.map(([name]) => name)]) {
    process.stdout.write(`docker/grafana/dashboards/${name} is not current. Run: npm run generate\n`);
    process.exitCode = 1;
  }
} else {
  for (const name of stale) rmSync(path.join(folder, name));
  for (const [name, text] of changed) writeFileSync(path.join(folder, name), text);
}
