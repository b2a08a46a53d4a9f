import { fileURLToPath } from 'node:url';
import { releaseProblems, releaseSchemas } from '../pipeline/avro/released-schemas.ts';

const usage = `Usage: node --import ts-blank-space/register scripts/release-schemas.ts

Keeps every record schema that has changed as its next version in schemas/released. From then on it can only evolve compatibly.
`;

const inRoot = (folder: string): string => fileURLToPath(new URL(`../${folder}`, import.meta.url));

const run = (): number => {
  const [schemas, released] = [inRoot('schemas'), inRoot('schemas/released')];
  const problems = releaseProblems(schemas, released);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0) return 1;
  const done = releaseSchemas(schemas, released);
  process.stdout.write(done.length === 0 ? 'All schemas are released already.\n' : `Released ${done.join(', ')}.\n`);
  return 0;
};

if (process.argv.length > 2) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else process.exitCode = run();
