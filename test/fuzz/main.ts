import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { surroundings } from '../../bench/support/machine.ts';
import { openScene } from '../services/ingest/scene.ts';
import { prepared } from '../support/prepared.ts';
import { runSchemathesis, type SchemathesisOptions, type SchemathesisResult } from './run-schemathesis.ts';

const help = `Usage: node scripts/run.mjs test/fuzz/main.ts [--cases N] [--seed S] [--write]

Lets schemathesis try the ingestion API by the OpenAPI document that it serves: all operations, with the checks of answers, statuses, content types,
headers and schemas.
  --cases N  for each operation, besides those that are worked out from the schema; 1500
  --seed S   1
  --write    keeps the result as docs/proofs/schemathesis.json
Exit codes: 0 no failure; 1 a failure, or it did not run.
`;

/** Fewer in all are no proof. */
const fewest = 5_000;

const tried = async (order: Pick<SchemathesisOptions, 'python' | 'cases' | 'seed'>): Promise<SchemathesisResult> => {
  const scene = await openScene();
  try {
    return await runSchemathesis({ ...order, url: scene.ingest.url, key: scene.keys.acme });
  } finally {
    await scene.close();
  }
};

const isProof = ({ failures, errors, is_complete, cases }: SchemathesisResult): boolean =>
  failures.length + errors.length === 0 && is_complete && cases >= fewest;

const keep = (result: SchemathesisResult): void => {
  const proofs = path.join(import.meta.dirname, '../../docs/proofs');
  mkdirSync(proofs, { recursive: true });
  writeFileSync(path.join(proofs, 'schemathesis.json'), `${JSON.stringify({ ...surroundings(), result }, null, 2)}\n`);
};

const main = async (): Promise<number> => {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values } = parseArgs({
    options: { cases: { ...text, default: '1500' }, seed: { ...text, default: '1' }, write: flag, help: flag },
  });
  if (values.help === true) {
    process.stdout.write(help);
    return 0;
  }
  const python = prepared('python');
  if ('missing' in python) throw new Error(`Python with schemathesis: ${python.missing}`);
  const result = await tried({ python: python.path, cases: Number(values.cases), seed: Number(values.seed) });
  const isOk = isProof(result);
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n${isOk ? 'No failure.' : 'Not everything is as it has to be.'}\n`);
  if (values.write === true) keep(result);
  return isOk ? 0 : 1;
};

process.exitCode = await main();
