import { Type } from 'typebox';
import { earlier, feedbackFields, oneOf } from './feedback-fields.ts';
import { feedbackValues } from './feedback-values.ts';
import { closed } from './fields.ts';

const target = oneOf('inference_id', 'inference_request_id');

/** The judged inference and a value, each under one of its two names. */
const complete = { ...closed, allOf: [target, oneOf('feedback_value', 'value')] };

const { correction, label, rating, preference, click, implicit, comment } = feedbackValues;

/** The schema of each form of feedback, by its name. Forms of one name but for the alias are one. */
export const feedbackSchemas = {
  correction: Type.Object(
    {
      ...feedbackFields,
      feedback_type: Type.Enum(['explicit_correction', 'correction']),
      feedback_value: Type.Optional(correction),
      value: Type.Optional(correction),
    },
    { ...complete, description: 'What the output should have been.' },
  ),
  label: Type.Object(
    { ...feedbackFields, feedback_type: Type.Enum(['label']), feedback_value: Type.Optional(label), value: Type.Optional(label) },
    { ...complete, description: 'A class out of a closed set.' },
  ),
  rating: Type.Object(
    {
      ...feedbackFields,
      feedback_type: Type.Optional(Type.Enum(['rating'])),
      feedback_value: Type.Optional(rating),
      value: Type.Optional(rating),
      rating: Type.Optional(Type.Union([Type.Number(), Type.Boolean()], { description: 'Another name of `value`.' })),
    },
    {
      ...closed,
      allOf: [target, oneOf('feedback_value', 'value', 'rating')],
      description: 'A number on a scale, or yes and no. The type may be left out where there is `rating`.',
    },
  ),
  preference: Type.Object(
    {
      ...feedbackFields,
      feedback_type: Type.Enum(['preference_pair']),
      feedback_value: Type.Optional(preference),
      value: Type.Optional(preference),
    },
    { ...complete, description: 'One output preferred to others, or outputs in order.' },
  ),
  click: Type.Object(
    { ...feedbackFields, feedback_type: Type.Enum(['implicit_click']), feedback_value: Type.Optional(click), value: Type.Optional(click) },
    { ...closed, allOf: [target, { not: { required: ['feedback_value', 'value'] } }], description: 'A click; it needs no value.' },
  ),
  implicit: Type.Object(
    { ...feedbackFields, feedback_type: Type.Enum(['implicit']), feedback_value: Type.Optional(implicit), value: Type.Optional(implicit) },
    { ...complete, description: 'What somebody did, not what they said.' },
  ),
  comment: Type.Object(
    { ...feedbackFields, feedback_type: Type.Enum(['comment']), feedback_value: Type.Optional(comment), value: Type.Optional(comment) },
    { ...complete, description: 'Free text.' },
  ),
  retraction: Type.Object(
    { ...feedbackFields, retracts: earlier('The feedback that is taken back, by the id that it was answered with.') },
    {
      ...closed,
      allOf: [target, { not: { required: ['amends'] } }],
      description: 'Takes a feedback back for good. It has no type and no value.',
    },
  ),
};

/** The body of feedback, by its form. */
export type FeedbackBody = { readonly [F in keyof typeof feedbackSchemas]: Type.Static<(typeof feedbackSchemas)[F]> };

/** A form of feedback. */
export type FeedbackForm = keyof FeedbackBody;

/** What feedback of every form has. */
export type AnyFeedbackBody = FeedbackBody[FeedbackForm];

/** The values of `feedback_type` and the form of each. */
export const formOfType: ReadonlyMap<string, FeedbackForm> = new Map([
  ['explicit_correction', 'correction'],
  ['correction', 'correction'],
  ['label', 'label'],
  ['rating', 'rating'],
  ['preference_pair', 'preference'],
  ['implicit_click', 'click'],
  ['implicit', 'implicit'],
  ['comment', 'comment'],
]);
