import { fileURLToPath } from 'node:url';
import { generateTypes } from '../pipeline/avro/generate-types.ts';

const usage =
  'Usage: node --import ts-blank-space/register scripts/generate-types.ts [--check]\n\nWrites schemas/generated from schemas/*.avsc; --check exits 1 if they differ.\n';

const inRoot = (folder: string): string => fileURLToPath(new URL(`../${folder}`, import.meta.url));

const run = (check: boolean): number => {
  const stale = generateTypes({
    schemas: inRoot('schemas'),
    out: inRoot('schemas/generated'),
    imports: { recordType: '../../pipeline/avro/record-type.ts', RecordType: '../../pipeline/core/record-type.ts' },
    check,
  });
  const verb = check ? 'is not what its schema says' : 'written';
  for (const file of stale) process.stdout.write(`schemas/generated/${file}: ${verb}\n`);
  if (stale.length === 0) process.stdout.write('schemas/generated is current\n');
  return check && stale.length > 0 ? 1 : 0;
};

const [option, ...more] = process.argv.slice(2);
if (more.length > 0 || (option !== undefined && option !== '--check')) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else process.exitCode = run(option === '--check');
