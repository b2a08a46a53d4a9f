import { at, textAt } from '../connection.ts';

interface Choice {
  readonly index: number;
  content: string;
  readonly tools: { name: string; arguments: string }[];
  readonly tokens: unknown[];
  finish_reason: unknown;
}

const listAt = (value: unknown, ...names: ReadonlyArray<string>): ReadonlyArray<unknown> => {
  const found = at(value, ...names);
  return Array.isArray(found) ? found : [];
};

const indexOf = (value: unknown): number => {
  const index = at(value, 'index');
  return typeof index === 'number' ? index : 0;
};

const addTool = (choice: Choice, part: unknown): void => {
  const tool = (choice.tools[indexOf(part)] ??= { name: '', arguments: '' });
  tool.name += textAt(part, 'function', 'name') ?? '';
  tool.arguments += textAt(part, 'function', 'arguments') ?? '';
};

const add = (choice: Choice, part: unknown): void => {
  choice.content += textAt(part, 'delta', 'content') ?? textAt(part, 'delta', 'refusal') ?? textAt(part, 'text') ?? '';
  choice.tokens.push(...listAt(part, 'logprobs', 'content'));
  choice.finish_reason = at(part, 'finish_reason') ?? choice.finish_reason;
  for (const tool of listAt(part, 'delta', 'tool_calls')) addTool(choice, tool);
};

/** Gathers the chunks of a stream into the response that it would have been. */
export interface Gathered {
  take(chunk: unknown): void;
  response(): unknown;
}

/** Makes an empty one. A stream of the responses API carries its response itself, in the event that ends it. */
export const gather = (): Gathered => {
  const choices = new Map<number, Choice>();
  const head: Record<string, unknown> = {};
  let whole: unknown;
  const choiceOf = (index: number): Choice => {
    const choice = choices.get(index) ?? { index, content: '', tools: [], tokens: [], finish_reason: undefined };
    choices.set(index, choice);
    return choice;
  };
  return {
    take: (chunk) => {
      whole = at(chunk, 'response') ?? whole;
      for (const name of ['id', 'model', 'usage']) head[name] = at(chunk, name) ?? head[name];
      for (const part of listAt(chunk, 'choices')) add(choiceOf(indexOf(part)), part);
    },
    response: () =>
      whole ?? {
        ...head,
        choices: [...choices.values()].map((choice) => ({
          index: choice.index,
          message: { content: choice.content, tool_calls: choice.tools },
          finish_reason: choice.finish_reason,
          logprobs: { content: choice.tokens },
        })),
      },
  };
};
