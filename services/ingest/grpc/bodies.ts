/** A decoded message: what was not sent is not there. */
type Message = Readonly<Record<string, unknown>>;

const isMessage = (value: unknown): value is Message => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What stands in a `oneof`, as JSON has it in its place; undefined if nothing does. */
const inner = (value: unknown): unknown => (isMessage(value) ? Object.values(value)[0] : undefined);

const mapped = (value: unknown): unknown =>
  isMessage(value) ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, inner(each)])) : value;

/** The fields that stand otherwise in JSON. */
const special: Readonly<Record<string, (value: unknown) => unknown>> = { value: inner, params: mapped };

/** The body that REST would have been sent for a record. */
export const bodyOf = (message: object): object =>
  Object.fromEntries(
    Object.entries(message).flatMap(([name, value]) => {
      const told = (special[name] ?? ((same: unknown) => same))(value);
      return told === undefined ? [] : [[name, told]];
    }),
  );

/** The messages of a batch. */
export const itemsOf = (batch: object): ReadonlyArray<object> => {
  const items: unknown = 'items' in batch ? batch.items : undefined;
  return Array.isArray(items) ? items.filter((item: unknown) => isMessage(item)) : [];
};

const unescaped = (segment: string): string => segment.replaceAll('~1', '/').replaceAll('~0', '~');

/** The form of what was said, which stands between the field and what it has, but not in JSON. */
const formIn = (message: object): ReadonlyArray<string> =>
  'value' in message && isMessage(message.value) ? Object.keys(message.value).slice(0, 1) : [];

/** The field of the message that a JSON pointer into its body means, e.g. `value.rating.score` for `/value/score`. */
export const fieldAt = (pointer: string, message: object): string => {
  const [, first, ...rest] = pointer.split('/').map(unescaped);
  if (first === undefined) return '';
  const more = first === 'value' ? [...formIn(message), ...rest] : rest;
  return more.reduce((field, segment) => (/^\d+$/.test(segment) ? `${field}[${segment}]` : `${field}.${segment}`), first);
};
