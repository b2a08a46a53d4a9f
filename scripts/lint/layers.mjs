import path from 'node:path';

const anything = { inside: ['*'], packages: ['*'] };
const core = 'pipeline/core';

/** Which folders (`inside`) and packages the files of a folder may import, beside their own folder. The longest prefix that matches counts. */
export const layers = {
  'pipeline/core': { inside: [], packages: ['rxjs'] },
  'pipeline/testing': { inside: ['pipeline'], packages: ['*'] },
  'pipeline/index.ts': { inside: ['pipeline'], packages: [] },
  pipeline: { inside: [core], packages: ['*'] },
  operators: { inside: [core], packages: ['rxjs', 'uuid', '@datadog/sketches-js', 'bloom-filters', 'jstat'] },
  schemas: { inside: ['pipeline/core/record-type.ts', 'pipeline/avro/record-type.ts'], packages: [] },
  topologies: { inside: ['operators', 'schemas', core], packages: ['rxjs', 'uuid'] },
  services: { inside: ['topologies', 'operators', 'schemas', 'pipeline'], packages: ['*'] },
  'services/sidecar': { inside: ['client', 'pipeline'], packages: ['*'] },
  monitoring: { inside: ['pipeline'], packages: [] },
  client: { inside: [], packages: [] },
  bin: anything,
  test: anything,
  bench: anything,
  docs: anything,
};

const within = (file, folder) => folder === '*' || file === folder || file.startsWith(`${folder}/`);

const layerOf = (file) =>
  Object.keys(layers)
    .filter((folder) => within(file, folder))
    .sort((a, b) => b.length - a.length)[0];

/** The folder that a file may always import from: `pipeline/state` for `pipeline/state/lmdb/store.ts`, the first part elsewhere. */
const homeOf = (file) => {
  const parts = file.split('/');
  return parts.slice(0, parts[0] === 'pipeline' && parts.length > 2 ? 2 : 1).join('/');
};

const packageOf = (source) =>
  source
    .split('/')
    .slice(0, source.startsWith('@') ? 2 : 1)
    .join('/');

const refusal = (file, source) => {
  const layer = layerOf(file);
  if (layer === undefined) return undefined;
  const allowed = layers[layer];
  if (!source.startsWith('.')) {
    const ok = allowed.packages.includes('*') || allowed.packages.includes(packageOf(source));
    return ok ? undefined : `${layer} may import these packages only: ${allowed.packages.join(', ') || 'none'}; not '${source}'.`;
  }
  const target = path.posix.join(path.posix.dirname(file), source);
  const ok = [homeOf(file), ...allowed.inside].some((folder) => folder !== 'pipeline/index.ts' && within(target, folder));
  return ok ? undefined : `${layer} may import from ${[homeOf(file), ...allowed.inside].join(', ')}; not from ${target}.`;
};

/** Holds the table of layers: imports point downwards only. */
export const layersRule = {
  meta: { type: 'problem', schema: [], messages: { refused: '{{ reason }}' } },
  create: (context) => {
    const file = path.relative(context.cwd, context.filename).split(path.sep).join('/');
    const check = (node) => {
      if (typeof node.source?.value !== 'string') return;
      const reason = refusal(file, node.source.value);
      if (reason !== undefined) context.report({ node: node.source, messageId: 'refused', data: { reason } });
    };
    return { ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check, ImportExpression: check };
  },
};

/** File names are kebab-case, so that a name can be guessed from the export. */
export const fileNameRule = {
  meta: { type: 'suggestion', schema: [], messages: { refused: "Name the file in kebab-case: '{{ name }}' is not." } },
  create: (context) => ({
    Program: (node) => {
      const name = path.basename(context.filename);
      if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/.test(name)) context.report({ node, messageId: 'refused', data: { name } });
    },
  }),
};
