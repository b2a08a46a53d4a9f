import tseslint from 'typescript-eslint';
import { ignored, nodeScripts, rules, tests } from './scripts/lint/rules.mjs';

export default tseslint.config(ignored, ...rules, ...tests, ...nodeScripts);
