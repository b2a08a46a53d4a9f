import rxjsX from 'eslint-plugin-rxjs-x';
import tseslint from 'typescript-eslint';
import { fileNameRule, layersRule } from './layers.mjs';

const typescript = ['**/*.ts'];
const testFiles = ['test/**/*.ts'];

/** The only files that may read the wall clock, set a timer or draw a random number: all else is testable in virtual time, from a seed. */
const clockFiles = [
  'pipeline/core/clock.ts',
  'pipeline/runtime/system-clock.ts',
  'pipeline/runtime/id-source.ts',
  'client/platform.ts',
  'bench/**/*.ts',
  'test/support/**/*.ts',
];

/** Where bytes or foreign values become typed ones: the one place for `as`. */
const decoderBoundaries = [
  'pipeline/avro/**/*.ts',
  'pipeline/clickhouse/**/*.ts',
  'pipeline/cluster/kafka/**/*.ts',
  ...testFiles,
  'bench/**/*.ts',
];

const entryPoints = ['pipeline/index.ts', 'operators/index.ts', 'pipeline/testing/index.ts', 'client/index.ts'];

const shape = [
  { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
  { selector: 'TSEnumDeclaration', message: 'Use a union of literals.' },
  { selector: 'TSModuleDeclaration[kind="namespace"]', message: 'Use a module.' },
];
const noBarrel = { selector: 'ExportAllDeclaration', message: 'Only the public entry points collect exports, each by name.' };
const noNow = {
  selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
  message: 'Take the time from the Clock port or from the record.',
};

const timers = ['setTimeout', 'setInterval'].map((name) => ({ name, message: 'Use the Clock port.' }));

const virtualTime = {
  'no-restricted-globals': ['error', ...timers],
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: 'Take the time from the Clock port or from the record.' },
    { object: 'performance', property: 'now', message: 'Take the time from the Clock port.' },
    { object: 'Math', property: 'random', message: 'Take ids and seeds from the id source.' },
    { object: 'globalThis', property: 'setTimeout', message: 'Use the Clock port.' },
  ],
  'no-restricted-syntax': ['error', ...shape, noBarrel, noNow],
};

const sizes = {
  complexity: ['error', 8],
  'max-lines': ['error', 250],
  'max-lines-per-function': ['error', 50],
  '@typescript-eslint/max-params': ['error', { max: 3 }],
};

const types = {
  '@typescript-eslint/array-type': ['error', { default: 'array', readonly: 'generic' }],
  '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
  '@typescript-eslint/consistent-type-definitions': 'off',
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
  '@typescript-eslint/explicit-module-boundary-types': 'error',
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }],
  '@typescript-eslint/no-unnecessary-type-parameters': 'off',
  '@typescript-eslint/prefer-promise-reject-errors': 'error',
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
  eqeqeq: 'error',
  'prefer-const': 'error',
  'no-console': 'error',
};

export const ignored = { ignores: ['dist/**', 'coverage/**', 'node_modules/**', '**/*.gen.ts', 'schemas/generated/**'] };

export const rules = [
  {
    files: typescript,
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked, rxjsX.configs.recommended],
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { millrace: { rules: { layers: layersRule, 'file-name': fileNameRule } } },
    rules: { ...sizes, ...types, ...virtualTime, 'millrace/layers': 'error', 'millrace/file-name': 'error' },
  },
  { files: entryPoints, rules: { 'no-restricted-syntax': ['error', ...shape, noNow] } },
  {
    files: clockFiles,
    rules: { 'no-restricted-globals': 'off', 'no-restricted-properties': 'off', 'no-restricted-syntax': ['error', ...shape, noBarrel] },
  },
  {
    files: decoderBoundaries,
    rules: { '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'as', objectLiteralTypeAssertions: 'never' }] },
  },
  { files: ['bin/**/*.ts'], rules: { 'no-console': 'off' } },
];

export const tests = [
  {
    files: [...testFiles, 'bench/**/*.ts'],
    rules: {
      'max-lines': ['error', 400],
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-console': 'off',
    },
  },
  {
    files: ['test/types/**/*.ts'],
    rules: { '@typescript-eslint/no-unused-vars': 'off', '@typescript-eslint/no-unused-expressions': 'off' },
  },
];

export const nodeScripts = [
  {
    files: ['**/*.mjs'],
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      complexity: ['error', 8],
      'max-lines': ['error', 250],
      'max-lines-per-function': ['error', 50],
      'max-params': ['error', 3],
      eqeqeq: 'error',
    },
  },
];
