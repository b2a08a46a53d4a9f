import { Type } from 'typebox';
import { closed } from './fields.ts';
import { oneOf } from './feedback-fields.ts';

const number = (description: string): Type.TOptional<Type.TNumber> => Type.Optional(Type.Number({ description }));
const ids = Type.Array(Type.String({ maxLength: 512 }), { maxItems: 100 });

/** What each form takes as `feedback_value` or `value`. */
export const feedbackValues = {
  correction: Type.Union([
    Type.String(),
    Type.Object(
      { corrected_text: Type.String(), edit_distance: number('Distance between the output and the correction.') },
      { ...closed, description: 'What the output should have been.' },
    ),
  ]),
  label: Type.Union([
    Type.String(),
    Type.Object({ label: Type.String(), score: number('How sure the submitter is, 0 to 1.') }, { ...closed, description: 'A class.' }),
  ]),
  rating: Type.Union([
    Type.Number(),
    Type.Boolean(),
    Type.Object(
      { score: Type.Number(), min: number('Lowest value of the scale that was shown.'), max: number('Highest value of it.') },
      { ...closed, description: 'A number on a scale.' },
    ),
  ]),
  preference: Type.Object(
    {
      preferred_output_id: Type.Optional(Type.String({ maxLength: 512, description: 'The inference or candidate that is preferred.' })),
      rejected_output_ids: Type.Optional(
        Type.Array(Type.String({ maxLength: 512 }), { maxItems: 100, description: 'To which; the judged inference if left out.' }),
      ),
      strength: number('How strong the preference is, 0 to 1.'),
      tie: Type.Optional(Type.Boolean({ description: 'Neither is better.' })),
      ranking: Type.Optional(ids),
    },
    { ...closed, ...oneOf('preferred_output_id', 'ranking'), description: 'One output preferred to others, or outputs in order.' },
  ),
  click: Type.Union([
    Type.Number(),
    Type.Object(
      { value: number('Its worth; 1 if left out.'), dwell_ms: Type.Optional(Type.Integer({ minimum: 0, maximum: 1e12 })) },
      { ...closed, description: 'A click.' },
    ),
  ]),
  implicit: Type.Object(
    {
      signal: Type.Enum(['click', 'copy', 'accept', 'regenerate', 'edit', 'dwell', 'abandon', 'conversion']),
      value: number('Its worth.'),
      dwell_ms: Type.Optional(Type.Integer({ minimum: 0, maximum: 1e12, description: 'Time spent on the output, in ms.' })),
    },
    { ...closed, description: 'What somebody did.' },
  ),
  comment: Type.Union([Type.String(), Type.Object({ text: Type.String() }, { ...closed, description: 'Free text.' })]),
};
