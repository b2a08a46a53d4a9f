import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Step } from './steps.ts';

/** The root of the project. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

const workshop = path.join(root, 'node_modules', '.cache', 'millrace', 'pages');

interface Manifest {
  readonly exports: Readonly<Record<string, { readonly default?: string } | string>>;
}

/** The source files behind the package's entry points, e.g. `millrace/testing` → `pipeline/testing/index.ts`, by what it exports. */
const entryPoints: ReadonlyMap<string, string> = new Map(
  Object.entries((JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest).exports).flatMap(([name, target]) => {
    const built = typeof target === 'string' ? undefined : target.default;
    return built === undefined ? [] : [[`millrace${name.slice(1)}`, built.replace('./dist/', '').replace(/\.js$/, '.ts')] as const];
  }),
);

/** The same program with the package's name replaced by where its sources are. */
const fromSource = (text: string, folder: string): string =>
  text.replaceAll(/ from '(millrace[^']*)'/g, (_, name: string) => {
    const source = entryPoints.get(name);
    if (source === undefined) throw new Error(`'${name}' is not an entry point of the package: ${[...entryPoints.keys()].join(', ')}`);
    return ` from '${path.relative(folder, path.join(root, source))}'`;
  });

const compilerOptions = {
  extends: path.join(root, 'tsconfig.json'),
  compilerOptions: { types: ['node', 'mocha'], tsBuildInfoFile: path.join(workshop, '..', 'pages.tsbuildinfo') },
  // Packages that come without types have them among the sources.
  include: ['.', path.join(root, 'operators', '**', '*.d.ts')],
  exclude: ['*/pipeline'],
};

/** Empties the workshop, in which the files of all pages are written, each step of a page in a folder of its own. */
export const clearWorkshop = (): void => {
  rmSync(workshop, { recursive: true, force: true });
  mkdirSync(workshop, { recursive: true });
  writeFileSync(path.join(workshop, 'package.json'), JSON.stringify({ type: 'module' }));
  writeFileSync(path.join(workshop, 'tsconfig.json'), JSON.stringify(compilerOptions));
};

/** The compiler's project that holds every file of the workshop. */
export const workshopProject = workshop;

/** Where the files of a page's step are written. */
export const folderOf = (page: string, step: number): string => path.join(workshop, `${path.basename(page, '.md')}-${step}`);

/** Writes the files of a step. In its folder `pipeline` is the project's own, for pages that write into the project. */
export const setUp = (folder: string, step: Step): void => {
  for (const [name, text] of step.files) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, fromSource(text, path.dirname(file)));
  }
  mkdirSync(folder, { recursive: true });
  symlinkSync(path.join(root, 'pipeline'), path.join(folder, 'pipeline'));
};
