type Body = Readonly<Record<string, unknown>>;

const bare = (value: unknown): object => {
  if (typeof value === 'string') return { text: value };
  return typeof value === 'number' ? { number: value } : { flag: value };
};

/** The field of a value that is an object, by the type of the feedback. */
const formOf: Readonly<Record<string, string>> = {
  explicit_correction: 'correction',
  correction: 'correction',
  label: 'label',
  rating: 'rating',
  preference_pair: 'preference',
  implicit_click: 'click',
  implicit: 'implicit',
  comment: 'comment',
};

const valueFor = (type: string, value: unknown): object =>
  typeof value === 'object' && value !== null ? { [formOf[type]!]: value } : bare(value);

const scalars = (params: object): object => Object.fromEntries(Object.entries(params).map(([name, value]) => [name, bare(value)]));

/** The message that says what a body of REST says. Written by hand from the proto, not by what reads it. */
export const messageFor = ({ inference_request_id, feedback_value, value, rating, params, ...body }: Body): object => {
  const said = feedback_value ?? value ?? rating;
  const type = typeof body.feedback_type === 'string' ? body.feedback_type : 'rating';
  return {
    ...body,
    ...(inference_request_id === undefined ? {} : { inference_id: inference_request_id }),
    ...(said === undefined ? {} : { feedback_type: type, value: valueFor(type, said) }),
    ...(params === undefined ? {} : { params: scalars(params as object) }),
  };
};
