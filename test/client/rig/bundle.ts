import path from 'node:path';
import { build } from 'esbuild';

/** The root of the project. */
export const root = path.join(import.meta.dirname, '../../..');

/** The client in one file, as a web page loads it, and the sources that it is made of. */
export const bundleClient = async (): Promise<{ readonly text: string; readonly inputs: ReadonlyArray<string> }> => {
  const { outputFiles, metafile } = await build({
    entryPoints: ['client/index.ts'],
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
    metafile: true,
  });
  return { text: outputFiles[0]!.text, inputs: Object.keys(metafile.inputs) };
};
