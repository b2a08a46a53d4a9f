import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { errorCatalogue } from '../../pipeline/core/errors.ts';
import { prometheusMeter } from '../../pipeline/runtime/prometheus-meter.ts';
import { entrySize } from '../../scripts/docs/sizes/entry-size.ts';
import { realState } from '../../scripts/docs/sizes/real-state.ts';
import { root } from './pages/workshop.ts';

const page = readFileSync(path.join(root, 'docs', 'operations.md'), 'utf8');

const docker = path.join(root, 'docker');
const dashboards = existsSync(docker) ? readdirSync(docker, { recursive: true, encoding: 'utf8' }) : [];
const alerting = dashboards.filter((name) => /\.(yml|json)$/.test(name)).map((name) => readFileSync(path.join(docker, name), 'utf8'));

/** The cells of the table between two marks of the page, without its head. */
const cellsOf = (mark: string): ReadonlyArray<ReadonlyArray<string>> => {
  const [, part = ''] = page.split(new RegExp(`<!-- /?${mark} -->`));
  const lines = part.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
};

describe('docs/operations.md', () => {
  it('names only metrics that a process serves, and so do the alerts and dashboards', async () => {
    const served = await prometheusMeter().scrape();
    const names = [...[page, ...alerting].join('\n').matchAll(/\bmillrace_[a-z0-9_]+/g)].map(([name]) => name);
    const base = (name: string): string => name.replace(/_(bucket|sum|count)$/, '');
    const unknown = names.filter((name) => !new RegExp(`^# HELP ${base(name)} `, 'm').test(served));
    assert.deepEqual(new Set(unknown), new Set());
    assert.ok(names.length > 20);
  });

  it('tells what to do about every code that ends a running process', () => {
    const told = new Set([...page.matchAll(/`([a-z_]+)`/g)].map(([, name]) => name));
    const ofDeclarations = new Set(['bad_topology', 'bad_topic', 'bad_schema', 'bad_config', 'state_mismatch', 'bad_migration']);
    const stops = Object.entries(errorCatalogue).flatMap(([code, { action }]) => (action === 'stop' ? [code] : []));
    assert.deepEqual(
      stops.filter((code) => !told.has(code) && !ofDeclarations.has(code)),
      [],
    );
  });

  it('shows what an entry takes in the changelog, measured on real records', async function () {
    this.timeout(60_000);
    const measured = (await realState(1)).map((state) => {
      const { key, value } = entrySize(state);
      return [`\`${state.node}\``, state.each, key, value] as const;
    });
    const shown = cellsOf('sizes');
    assert.deepEqual(
      shown.map(([node, each]) => [node, each]),
      measured.map(([node, each]) => [node, each]),
    );
    measured.forEach(([node, each, ...sizes], row) =>
      sizes.forEach((size, at) => {
        const told = Number(shown[row]?.[2 + at]);
        assert.ok(Math.abs(told - size) <= 0.2 * size, `${node}, ${each}: ${told} is told, ${Math.round(size)} measured`);
      }),
    );
  });
});
