import { Type } from 'typebox';
import { closed, fields } from './fields.ts';

const { text, time, identity } = fields;

const submitter = Type.Object(
  {
    id_hash: text('Keyed hash of who gave it, made by the client. Names and addresses do not belong here.'),
    kind: Type.Optional(Type.Enum(['user', 'annotator', 'model', 'service'])),
    role: text('Role that the submitter has for the tenant, e.g. `expert`.'),
  },
  { ...closed, description: 'Who gave it, without a name.' },
);

const userContext = Type.Object(
  {
    session_id: text('Session at the client.'),
    user_tier: text('Tier of the user, e.g. `pro`.'),
    segments: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 256 }), { maxItems: 50 })),
    locale: text('BCP 47 tag of the language, e.g. `de-CH`.', 35),
  },
  { ...closed, description: 'Circumstances of the end user.' },
);

const client = Type.Object(
  { sdk: Type.String({ minLength: 1, maxLength: 128 }), version: Type.String({ minLength: 1, maxLength: 64 }) },
  { ...closed, description: 'The software that sends it.' },
);

/** The id of a feedback that was sent before. */
export const earlier = (description: string): Type.TString => Type.String({ format: 'uuid', maxLength: 36, description });

/** The fields that feedback of every form may have. */
export const feedbackFields = {
  ...identity,
  amends: Type.Optional(earlier('The feedback in whose place this stands from now on, by the id that it was answered with.')),
  inference_id: Type.Optional(Type.String({ maxLength: 512, description: 'The inference that is judged.' })),
  inference_request_id: Type.Optional(Type.String({ maxLength: 512, description: 'Another name of `inference_id`.' })),
  candidate_index: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'Which candidate is meant, counted from 0.' }),
  ),
  model_version: text('The version that the client takes itself to judge; checked against the inference.'),
  key: text('Name of the signal, as it is declared; each form has one of its own.', 128),
  source: Type.Optional(Type.Enum(['human', 'end_user', 'llm_judge', 'code', 'implicit'])),
  submitter: Type.Optional(submitter),
  rationale: Type.Optional(Type.String({ description: 'Why, in words.' })),
  tags: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 128 }), { maxItems: 50 })),
  user_context: Type.Optional(userContext),
  event_time: time('When it was given; the time of arrival if left out.'),
  sent_time: time('When the client sent it, by its own clock.'),
  client: Type.Optional(client),
};

/** That exactly one of these fields is there. */
export const oneOf = (...names: ReadonlyArray<string>): object => ({ oneOf: names.map((name) => ({ required: [name] })) });
