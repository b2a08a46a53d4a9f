import { Type } from 'typebox';
import { closed, fields } from './fields.ts';

const { text, time, identity, labels, scalars } = fields;

const share = { minimum: 0, maximum: 1 };
const count = { minimum: 0, maximum: 1e12 };
const vector = (description: string): Type.TOptional<Type.TArray<Type.TNumber>> =>
  Type.Optional(Type.Array(Type.Number(), { maxItems: 100_000, description }));

const message = Type.Object({ role: Type.String({ minLength: 1, maxLength: 64 }), content: Type.String() }, closed);

const input = Type.Object(
  {
    messages: Type.Optional(Type.Array(message, { maxItems: 10_000, description: 'The conversation.' })),
    features: vector('Numeric features in the order of the model.'),
    attributes: Type.Optional(labels),
  },
  { ...closed, description: 'What the model was given.' },
);

const candidate = Type.Object(
  {
    candidate_id: Type.Optional(Type.String({ minLength: 1, maxLength: 512, description: 'Its place in the list if left out.' })),
    output: Type.String(),
    score: Type.Optional(Type.Number()),
    logits: vector('Raw class scores, in the order of the classes.'),
    position: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Where it was shown, counted from 1.' })),
    propensity: Type.Optional(Type.Number({ ...share, description: 'Probability with which the policy chose it.' })),
  },
  { ...closed, description: 'One answer.' },
);

const usage = Type.Object(
  { input_tokens: Type.Optional(Type.Integer(count)), output_tokens: Type.Optional(Type.Integer(count)) },
  { ...closed, description: 'Tokens.' },
);

const payloadRef = Type.Object(
  { uri: Type.String({ minLength: 1, maxLength: 2_048 }), sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) },
  { ...closed, description: 'Where a body too large for the log is kept.' },
);

/** The schema of an inference as it is logged. */
export const inferenceSchema = Type.Object(
  {
    ...identity,
    inference_id: Type.Optional(
      Type.String({
        format: 'uuid',
        description: 'What feedback names. If left out it is made of the key, or at random; the answer tells it.',
      }),
    ),
    trace_id: Type.Optional(Type.String({ pattern: '^[0-9a-f]{32}$' })),
    span_id: Type.Optional(Type.String({ pattern: '^[0-9a-f]{16}$' })),
    session_id: text('Session that it belongs to.'),
    episode_id: text('Episode of a longer task that it belongs to.'),
    external_keys: Type.Optional(labels),
    model_name: Type.String({ minLength: 1, maxLength: 256, description: 'Name of the model, the same for all its versions.' }),
    model_version: Type.String({ minLength: 1, maxLength: 256, description: 'The version that answered.' }),
    variant: text('Arm of an experiment.'),
    deployment: text('Deployment that served it.'),
    config_hash: text('Hash of everything else that shapes the answer.'),
    operation: text('What was asked for: `chat`, `text_completion`, `classify`, `recommend`, …; `chat` if left out.', 64),
    input: Type.Optional(input),
    params: Type.Optional(scalars),
    output: Type.Optional(Type.String({ description: 'The answer, where there is one only.' })),
    candidates: Type.Optional(Type.Array(candidate, { maxItems: 1_000, description: 'The answers, where there are several.' })),
    chosen: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 999, description: 'Index of the candidate that was used; the first if left out.' }),
    ),
    attributions: Type.Optional(Type.Record(Type.String(), Type.Number(), { description: 'Weight of each feature in the answer.' })),
    embedding: vector('Embedding of the input.'),
    finish_reason: text('Why generation ended.', 64),
    usage: Type.Optional(usage),
    latency_ms: Type.Optional(Type.Number({ ...count, description: 'Time to answer, in ms.' })),
    error: Type.Optional(Type.String({ maxLength: 4_096, description: 'What went wrong.' })),
    status: Type.Optional(Type.Enum(['ok', 'error'])),
    started: time('When it began; the time of arrival if left out.'),
    ended: time('When it ended.'),
    payload_ref: Type.Optional(payloadRef),
  },
  { ...closed, not: { required: ['output', 'candidates'] }, description: 'The record of one inference.' },
);

/** An inference as a client logs it. */
export type InferenceBody = Type.Static<typeof inferenceSchema>;
