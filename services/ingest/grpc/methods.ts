import type { Route } from '../http/routes.ts';
import { statusRoute } from '../http/status-route.ts';
import { serviceName } from './proto.ts';

/** A method of the service: what it takes, with its path as that of the route, and the messages of its request and its answer. */
export interface Method {
  readonly name: string;
  readonly route: Route;
  readonly request: string;
  readonly answer: string;
}

const method = (name: string, request: string, route: Pick<Route, 'kind' | 'isBatch' | 'scope'>): Method => ({
  name,
  route: { ...route, path: `/${serviceName}/${name}`, takesLinks: false },
  request: `millrace.ingest.v1.${request}`,
  answer: `millrace.ingest.v1.${route.isBatch ? 'Results' : 'Accepted'}`,
});

/** What tells what became of a feedback. */
export const statusMethod: Method = {
  name: 'GetFeedback',
  route: { ...statusRoute, path: `/${serviceName}/GetFeedback` },
  request: 'millrace.ingest.v1.FeedbackQuestion',
  answer: 'millrace.ingest.v1.FeedbackStatus',
};

/** What takes records. */
export const methods: ReadonlyArray<Method> = [
  method('SubmitFeedback', 'Feedback', { kind: 'feedback', isBatch: false, scope: 'write_feedback' }),
  method('SubmitFeedbackBatch', 'FeedbackBatch', { kind: 'feedback', isBatch: true, scope: 'write_feedback' }),
  method('LogInference', 'Inference', { kind: 'inference', isBatch: false, scope: 'write_inference' }),
  method('LogInferenceBatch', 'InferenceBatch', { kind: 'inference', isBatch: true, scope: 'write_inference' }),
];
