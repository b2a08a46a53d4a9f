import { at, textAt } from '../connection.ts';
import type { InferenceInput } from '../inference-payload.ts';

type Message = NonNullable<InferenceInput['messages']>[number];

/** What is read elsewhere, or names a person. */
const noParameters = new Set([
  'model',
  'messages',
  'input',
  'instructions',
  'prompt',
  'stream',
  'user',
  'safety_identifier',
  'prompt_cache_key',
]);

/** The text of a content: a text, or the texts of its parts; of a part that is none, its type. */
export const textOf = (content: unknown): string => {
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) return content.map((part) => textAt(part, 'text') ?? `[${textAt(part, 'type') ?? typeof part}]`).join('');
  return content === undefined || content === null ? '' : JSON.stringify(content);
};

const isEmpty = (content: unknown): boolean => content === undefined || content === null || content === '';

/** What a message says: its text, or the calls of tools that it makes, as JSON. */
export const messageText = (message: unknown): string => {
  const [content, tools] = [at(message, 'content') ?? at(message, 'output'), at(message, 'tool_calls')];
  if (isEmpty(content) && Array.isArray(tools) && tools.length > 0) return JSON.stringify(tools);
  return textOf(content ?? at(message, 'refusal') ?? at(message, 'arguments'));
};

const messageOf = (message: unknown): Message => ({
  role: textAt(message, 'role') ?? 'user',
  content: typeof message === 'object' && message !== null ? messageText(message) : textOf(message),
});

const messagesOf = (given: unknown): ReadonlyArray<Message> =>
  Array.isArray(given) ? given.map(messageOf) : [{ role: 'user', content: textOf(given) }];

/** The conversation or the prompt that a request holds, copied, so that a caller may go on with the same list. */
export const inputOf = (request: unknown): InferenceInput => {
  const instructions = textAt(request, 'instructions');
  const first = instructions === undefined ? [] : [{ role: 'system', content: instructions }];
  return { messages: [...first, ...messagesOf(at(request, 'messages') ?? at(request, 'input') ?? at(request, 'prompt'))] };
};

/** The parameters of a request: its fields that are a text, a number or yes and no. */
export const paramsOf = (request: unknown): Record<string, string | number | boolean> => {
  const params: Record<string, string | number | boolean> = {};
  if (typeof request !== 'object' || request === null) return params;
  for (const [name, value] of Object.entries(request)) {
    const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    if (isScalar && !noParameters.has(name)) params[name] = value;
  }
  return params;
};
