import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The checks of schemathesis that hold for every answer of the API. */
export const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'missing_required_header',
  'unsupported_method',
  'allow_header_conformance',
  'ignored_auth',
] as const;

/** What is tried. */
export interface SchemathesisOptions {
  /** The interpreter of the environment that schemathesis is installed in. */
  readonly python: string;
  /** Where the API is. */
  readonly url: string;
  readonly key: string;
  /** Cases for each operation, besides those that are worked out from the schema. */
  readonly cases: number;
  readonly seed: number;
}

/** What came of it. */
export interface SchemathesisResult {
  readonly version: string;
  readonly seed: number;
  readonly checks: ReadonlyArray<string>;
  readonly operations: number;
  readonly cases: number;
  readonly seconds: number;
  /** The failures, each by its title, with the operations that have it. */
  readonly failures: ReadonlyArray<unknown>;
  readonly errors: ReadonlyArray<unknown>;
  readonly is_complete: boolean;
}

interface Report {
  readonly schemathesis_version: string;
  readonly running_time: number;
  readonly complete: boolean;
  readonly operations: { readonly total: number; readonly tested: number };
  readonly test_cases: { readonly generated: number };
  readonly failures: ReadonlyArray<unknown>;
  readonly errors: ReadonlyArray<unknown>;
}

/** Failures end it with 1, which is told in the result. */
const known = [0, 1];

/** Runs schemathesis over all operations of the document that the API serves. Rejects, with what it said, if it did not run. */
export const runSchemathesis = async ({ python, url, key, cases, seed }: SchemathesisOptions): Promise<SchemathesisResult> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'millrace-schemathesis-'));
  const file = path.join(folder, 'report.json');
  const how = ['--phases', 'examples,coverage,fuzzing', '--checks', checks.join(','), '-n', String(cases), '--seed', String(seed)];
  const told = ['--report', 'json', '--report-json-path', file, '--warnings', 'off', '--no-color', '--output-truncate', 'true'];
  const args = [
    '-m',
    'schemathesis.cli',
    'run',
    `${url}/openapi.json`,
    '-H',
    `Authorization: Bearer ${key}`,
    ...how,
    ...told,
    '--generation-database',
    'none',
  ];
  try {
    const child = spawn(python, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code === null || !known.includes(code)) throw new Error(`schemathesis ended with ${String(code)}:\n${said.slice(-3_000)}`);
    const report = JSON.parse(await readFile(file, 'utf8')) as Report;
    return {
      version: report.schemathesis_version,
      seed,
      checks,
      operations: report.operations.tested,
      cases: report.test_cases.generated,
      seconds: Math.round(report.running_time),
      failures: report.failures,
      errors: report.errors,
      is_complete: report.complete && report.operations.tested === report.operations.total,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
