import type { Type } from 'typebox';
import { feedbackSchemas } from '../payload/feedback-schema.ts';
import { inferenceSchema } from '../payload/inference-schema.ts';
import { problemType, problemUri } from '../problem.ts';
import { refusalStatus } from '../refusal.ts';
import { routes } from './routes.ts';
import { statusRoute } from './status-route.ts';

type Json = Readonly<Record<string, unknown>>;

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

const named = (form: string): string => `${form.charAt(0).toUpperCase()}${form.slice(1)}Feedback`;

const forms: ReadonlyArray<readonly [name: string, schema: Type.TSchema]> = Object.entries(feedbackSchemas).map(
  ([form, schema]) => [named(form), schema] as const,
);

const text = { type: 'string' };
const whole = { type: 'integer', minimum: 0 };

const object = (properties: Json, required: ReadonlyArray<string>): Json => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const problem = {
  ...object(
    {
      type: { ...text, format: 'uri', description: `${problemUri} and the code.` },
      title: { ...text, description: 'What the code says, the same each time.' },
      status: { type: 'integer', minimum: 400, maximum: 599, description: 'The status of HTTP.' },
      detail: { ...text, description: 'What is wrong here, for people.' },
      code: { ...text, description: `A code of the API (${Object.keys(refusalStatus).join(', ')}) or of a rule for feedback.` },
      path: { ...text, description: 'JSON pointer of the field that is meant.' },
      retry_after_ms: { ...whole, description: 'When it is worth to come again.' },
    },
    ['type', 'title', 'status', 'detail', 'code'],
  ),
  description: 'Problem details (RFC 9457).',
};

const accepted = object({ id: { ...text, format: 'uuid' }, status: { const: 'accepted' } }, ['id', 'status']);

const result = {
  oneOf: [object({ status: { const: 202 }, id: { ...text, format: 'uuid' } }, ['status', 'id']), ref('Problem')],
};

const outcome = object(
  {
    status: { enum: ['attributed', 'orphaned', 'retracted'] },
    inference_id: { ...text, description: 'What it judges.' },
    key: { ...text, description: 'Name of the signal.' },
    topic: { ...text, description: 'The topic that has the record made of it; empty if there is none.' },
    model_name: { ...text, description: 'Left out while the inference is not known.' },
    model_version: text,
  },
  ['status', 'inference_id', 'key', 'topic'],
);

const feedbackStatus = object(
  {
    id: { ...text, format: 'uuid' },
    status: {
      enum: ['received', 'accepted', 'attributed', 'orphaned', 'retracted'],
      description: 'received: not confirmed by the log yet; accepted: the log has it, and no more is known; the rest as its outcomes.',
    },
    source: { enum: ['clickhouse', 'replica'], description: 'The table of outcomes, or the memory of the process that answers.' },
    as_of: { ...text, format: 'date-time', description: 'When it was looked up.' },
    outcomes: { type: 'array', items: outcome, description: 'One for each inference that it was said of under this id.' },
  },
  ['id', 'status', 'source', 'as_of', 'outcomes'],
);

const batchOf = (name: string): Json => object({ items: { type: 'array', items: ref(name), minItems: 1, maxItems: 1_000 } }, ['items']);

const schemas: Json = {
  ...Object.fromEntries(forms),
  Feedback: { oneOf: forms.map(([name]) => ref(name)), description: 'Feedback of one of its forms, told apart by `feedback_type`.' },
  Inference: inferenceSchema,
  FeedbackBatch: batchOf('Feedback'),
  InferenceBatch: batchOf('Inference'),
  Accepted: accepted,
  Results: object({ results: { type: 'array', items: result } }, ['results']),
  Problem: problem,
  FeedbackStatus: feedbackStatus,
};

const content = (schema: Json): Json => ({ 'application/json': { schema } });

const refused = (description: string, headers: Json = {}): Json => ({
  description,
  headers,
  content: { [problemType]: { schema: ref('Problem') } },
});

const again = { 'Retry-After': { schema: whole, description: 'Seconds.' } };

/** What every path may answer. */
const failures: Json = {
  '400': refused('The request or a field of it is wrong.'),
  '401': refused('No valid API key.', { 'WWW-Authenticate': { schema: text } }),
  '403': refused('The API key lacks the scope.'),
  '413': refused('The body, the batch or the record is too large.'),
  '415': refused('The body is not plain application/json.'),
  '429': refused('The limit of the key or the tenant is reached.', again),
  '500': refused('A defect of the server.'),
  '503': refused('The log does not confirm in time, or there is no room. Repeat under the same key.', again),
};

/** Which of them are about a body. */
const ofBodies: ReadonlySet<string> = new Set(['413']);

/** What a single record is answered besides. */
const ofOne: Json = {
  '202': { description: 'All in-sync replicas of the log have the record.', content: content(ref('Accepted')) },
  '409': refused('The key was used for other content.'),
  '422': refused('A rule for feedback is broken; the code is that of the rule.'),
};

const ofMany: Json = { '207': { description: 'An answer for each item, in their order.', content: content(ref('Results')) } };

const keyHeader = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'Under which the client repeats the request.',
  schema: { ...text, minLength: 1, maxLength: 200, pattern: '^[!-~][ -~]*$' },
};

const traceHeader = { name: 'traceparent', in: 'header', description: 'Trace context of W3C.', schema: text };

const nouns = { feedback: 'Feedback', inference: 'Inference' } as const;

const linkSecurity: Json = { security: [{ apiKey: [] }, { link: [] }] };

const operations = routes.map(({ path, kind, isBatch, scope, takesLinks }) => {
  const noun = nouns[kind];
  const operation = {
    operationId: `${isBatch ? 'batch' : 'create'}${noun}`,
    summary: isBatch ? `Takes many records of ${kind}.` : `Takes one ${kind} record.`,
    description: `Needs the scope \`${scope}\`.`,
    parameters: isBatch ? [traceHeader] : [keyHeader, traceHeader],
    requestBody: { required: true, content: content(ref(isBatch ? `${noun}Batch` : noun)) },
    responses: { ...(isBatch ? ofMany : ofOne), ...failures },
    ...(takesLinks ? linkSecurity : {}),
  };
  return [path, { post: operation }] as const;
});

const statusOperation: Json = {
  operationId: 'getFeedback',
  summary: 'Tells what became of a feedback.',
  description: `Needs the scope \`${statusRoute.scope}\`. Of the feedback of other tenants nothing is known.`,
  parameters: [
    { name: 'id', in: 'path', required: true, description: 'As the answer to the feedback had it.', schema: { ...text, format: 'uuid' } },
  ],
  responses: {
    '200': { description: 'What is known of it.', content: content(ref('FeedbackStatus')) },
    ...Object.fromEntries(Object.entries(failures).filter(([status]) => !ofBodies.has(status))),
    '404': refused('Nothing is known of a feedback of this id.'),
  },
};

const securitySchemes: Json = {
  apiKey: { type: 'http', scheme: 'bearer', description: 'An API key of a tenant.' },
  link: { type: 'apiKey', in: 'query', name: 'token', description: 'The token of a browser link, for one inference and signal.' },
};

/** The description of the API, OpenAPI 3.1. Its schemas are those that requests are checked by. */
export const openApi: Json = {
  openapi: '3.1.0',
  info: { title: 'Millrace ingestion API', version: '1', description: 'Feedback and inferences on their way into the log.' },
  security: [{ apiKey: [] }],
  paths: { ...Object.fromEntries(operations), [statusRoute.path]: { get: statusOperation } },
  components: { schemas, securitySchemes },
};

/** The same as JSON text. */
export const openApiText = `${JSON.stringify(openApi, null, 2)}\n`;
