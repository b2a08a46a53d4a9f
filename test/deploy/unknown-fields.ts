import path from 'node:path';
import ts from 'typescript';

const root = path.join(import.meta.dirname, '../..');

/** A value, and the type that it is to have. */
export interface Typed {
  readonly module: string;
  readonly type: string;
  readonly value: unknown;
}

const options: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: [],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
};

const source = (values: ReadonlyArray<Typed>): string =>
  values
    .flatMap(({ module, type, value }, index) => [
      `import type { ${type} as T${index} } from '${module}';`,
      `export const value${index}: T${index} = ${JSON.stringify(value)};`,
    ])
    .join('\n');

/** What the compiler finds wrong with values as they stand: fields of another type, and, since they are literals, fields that their types do not have. */
export const typeProblems = (values: ReadonlyArray<Typed>): ReadonlyArray<string> => {
  const file = path.join(root, 'test/deploy/manifests.mts');
  const host = ts.createCompilerHost(options);
  const text = source(values);
  const own: ts.CompilerHost = {
    ...host,
    fileExists: (name) => name === file || host.fileExists(name),
    readFile: (name) => (name === file ? text : host.readFile(name)),
    getSourceFile: (name, version) => (name === file ? ts.createSourceFile(name, text, version) : host.getSourceFile(name, version)),
  };
  return ts
    .getPreEmitDiagnostics(ts.createProgram([file], options, own))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
};
