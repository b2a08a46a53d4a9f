import type { Scope } from '../auth/key-file.ts';
import type { RecordKind } from '../record-kind.ts';

/** A path that takes records: of which kind, one or many, and what a key needs for it. */
export interface Route {
  readonly path: string;
  readonly kind: RecordKind['name'];
  readonly isBatch: boolean;
  readonly scope: Scope;
}

/** Where records are sent to. */
export const routes: ReadonlyArray<Route> = [
  { path: '/v1/feedback', kind: 'feedback', isBatch: false, scope: 'write_feedback' },
  { path: '/v1/feedback:batch', kind: 'feedback', isBatch: true, scope: 'write_feedback' },
  { path: '/v1/inferences', kind: 'inference', isBatch: false, scope: 'write_inference' },
  { path: '/v1/inferences:batch', kind: 'inference', isBatch: true, scope: 'write_inference' },
];

/** Where the description of the API stands. */
export const openApiPath = '/openapi.json';
