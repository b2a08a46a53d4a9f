import assert from 'node:assert/strict';
import path from 'node:path';
import { Linter } from 'eslint';
import { fileNameRule, layersRule } from '../../scripts/lint/layers.mjs';

const cwd = path.join(import.meta.dirname, '../..');
const linter = new Linter({ cwd });
const config = { plugins: { millrace: { rules: { layers: layersRule, 'file-name': fileNameRule } } } } as unknown as Linter.Config;
const rules = { 'millrace/layers': 'error', 'millrace/file-name': 'error' } as const;

const complaints = (file: string, source: string): ReadonlyArray<string> =>
  linter
    .verify(`import '${source}';`, [{ ...config, files: ['**/*.ts'], rules }], { filename: path.join(cwd, file) })
    .map(({ message }) => message);

const allowed: ReadonlyArray<readonly [file: string, source: string]> = [
  ['pipeline/core/stream.ts', './topic.ts'],
  ['pipeline/core/ports/store.ts', '../chunk.ts'],
  ['pipeline/core/stream.ts', 'rxjs'],
  ['pipeline/core/operators.ts', 'rxjs/operators'],
  ['pipeline/state/memory.ts', '../core/ports/store.ts'],
  ['pipeline/avro/codec.ts', 'avsc'],
  ['pipeline/testing/drive.ts', '../runtime/task.ts'],
  ['operators/dedupe.ts', '../pipeline/core/chunk.ts'],
  ['topologies/feedback.ts', '../operators/dedupe.ts'],
  ['topologies/feedback/rules.ts', '../../schemas/feedback.ts'],
  ['services/ingest/server.ts', '../../pipeline/runtime/config.ts'],
  ['bin/run.ts', '../services/ingest/server.ts'],
  ['client/client.ts', './lane.ts'],
  ['test/operators/dedupe.test.ts', '../../operators/dedupe.ts'],
];

const refused: ReadonlyArray<readonly [file: string, source: string]> = [
  ['pipeline/core/stream.ts', '../runtime/task.ts'],
  ['pipeline/core/ports/store.ts', '../../state/memory.ts'],
  ['pipeline/core/key.ts', 'node:crypto'],
  ['pipeline/core/key.ts', 'avsc'],
  ['pipeline/state/memory.ts', '../runtime/task.ts'],
  ['pipeline/avro/codec.ts', '../cluster/kafka.ts'],
  ['pipeline/runtime/runner.ts', '../../operators/map.ts'],
  ['operators/dedupe.ts', '../pipeline/state/memory.ts'],
  ['operators/dedupe.ts', '@confluentinc/kafka-javascript'],
  ['operators/dedupe.ts', '../topologies/feedback.ts'],
  ['topologies/feedback.ts', '../pipeline/runtime/runner.ts'],
  ['schemas/feedback.ts', '../operators/map.ts'],
  ['services/ingest/server.ts', '../../bin/run.ts'],
  ['client/client.ts', '../pipeline/core/errors.ts'],
  ['client/client.ts', 'rxjs'],
  ['client/client.ts', 'node:http'],
];

describe('the layers', () => {
  for (const [file, source] of allowed) {
    it(`let ${file} import ${source}`, () => assert.deepEqual(complaints(file, source), []));
  }
  for (const [file, source] of refused) {
    it(`do not let ${file} import ${source}`, () => assert.equal(complaints(file, source).length, 1));
  }
  it('want file names in kebab-case', () => {
    assert.match(complaints('operators/deDupe.ts', '../pipeline/core/chunk.ts')[0] ?? '', /kebab-case/);
  });
});
