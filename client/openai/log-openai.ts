import type { Client } from '../client.ts';
import { textAt } from '../connection.ts';
import { beginCall, type About, type LoggedCall, type Said } from '../logged-call.ts';
import { gather } from './gather.ts';
import { inputOf, paramsOf } from './read-request.ts';
import { saidBy } from './read-response.ts';
import { isStream, tapStream } from './tap-stream.ts';

/** The methods that are inferences, and what each is asked for. */
const operations: Readonly<Record<string, string>> = {
  'chat.completions.create': 'chat',
  'chat.completions.parse': 'chat',
  'completions.create': 'text_completion',
  'responses.create': 'chat',
  'responses.parse': 'chat',
};

const leadsToOne = (path: string): boolean => Object.keys(operations).some((name) => name.startsWith(`${path}.`));

/** What reads the result of a promise. A result that nobody reads is not read for the log either: the caller may want the raw response. */
const reading = new Set<PropertyKey>(['then', 'catch', 'finally', 'withResponse']);

/** The promise, with `seen` or `failed` told, before anybody else, when it is first read. */
const overheard = (promise: Promise<unknown>, seen: (value: unknown) => void, failed: (thrown: unknown) => void): Promise<unknown> => {
  let isRead = false;
  const get = (target: Promise<unknown>, name: PropertyKey): unknown => {
    const value: unknown = Reflect.get(target, name, target);
    if (typeof value !== 'function' || name === 'constructor') return value;
    return (...args: ReadonlyArray<unknown>): unknown => {
      if (reading.has(name) && !isRead) {
        isRead = true;
        target.then(seen, failed);
      }
      return Reflect.apply(value, target, args);
    };
  };
  return new Proxy(promise, { get });
};

const follow = (record: LoggedCall, value: unknown, said: (response: unknown) => Said): void => {
  record.name(value);
  if (!isStream(value)) return record.end(() => said(value));
  const gathered = gather();
  const isHeard = tapStream(value, {
    taken: (chunk) => gathered.take(chunk),
    ended: () => record.end(() => said(gathered.response())),
    failed: (thrown) => record.fail(thrown, () => said(gathered.response())),
  });
  if (!isHeard) record.end(() => ({}));
};

/**
 * Gives a client that does the same as `openai`, OpenAI's or one that is built like it, and logs `chat.completions`, `completions` and `responses`
 * (`create` and `parse`): input, every choice, log-probabilities if they were asked for, usage and latency; streams when they have been read. Model
 * and version are those that request and response name, unless `about` has others. `inferenceIdOf` a response or a stream is the id for feedback.
 */
export const logOpenAI = <T extends object>(client: Client, openai: T, about: About = {}): T => {
  const call = (operation: string, method: () => unknown, request: unknown): unknown => {
    const model = textAt(request, 'model') ?? 'unknown';
    const told = { model_name: model, model_version: model, operation, params: paramsOf(request), ...about };
    const record = beginCall(client, told, () => inputOf(request));
    const said = (response: unknown): Said => ({ ...saidBy(response), ...about });
    try {
      const result = method();
      return result instanceof Promise
        ? overheard(
            result,
            (value) => follow(record, value, said),
            (thrown) => record.fail(thrown),
          )
        : result;
    } catch (thrown) {
      record.fail(thrown);
      throw thrown;
    }
  };
  const within = <O extends object>(object: O, path: string): O => {
    const get = (target: O, name: PropertyKey): unknown => {
      const value: unknown = Reflect.get(target, name, target);
      const operation = operations[path + String(name)];
      if (typeof value === 'object' && value !== null && leadsToOne(path + String(name))) return within(value, `${path}${String(name)}.`);
      if (typeof value !== 'function' || name === 'constructor') return value;
      return (...args: ReadonlyArray<unknown>): unknown => {
        const method = (): unknown => Reflect.apply(value, target, args);
        return operation === undefined ? method() : call(operation, method, args[0]);
      };
    };
    return new Proxy(object, { get });
  };
  return within(openai, '');
};
