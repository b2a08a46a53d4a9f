import type { Scope } from '../auth/key-file.ts';
import type { RecordKind } from '../record-kind.ts';

/** A path that takes records: of which kind, one or many, and what a key needs for it. */
export interface Route {
  readonly path: string;
  readonly kind: RecordKind['name'];
  readonly isBatch: boolean;
  readonly scope: Scope;
  /** Whether the token of a browser link is taken in place of a key. */
  readonly takesLinks: boolean;
}

/** Where records are sent to. */
export const routes: ReadonlyArray<Route> = [
  { path: '/v1/feedback', kind: 'feedback', isBatch: false, scope: 'write_feedback', takesLinks: true },
  { path: '/v1/feedback:batch', kind: 'feedback', isBatch: true, scope: 'write_feedback', takesLinks: false },
  { path: '/v1/inferences', kind: 'inference', isBatch: false, scope: 'write_inference', takesLinks: false },
  { path: '/v1/inferences:batch', kind: 'inference', isBatch: true, scope: 'write_inference', takesLinks: false },
];

/** Where the description of the API stands. */
export const openApiPath = '/openapi.json';
