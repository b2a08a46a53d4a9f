import type { Client } from './client.ts';
import type { InferenceInput } from './inference-payload.ts';
import { beginCall, type Model, type Said } from './logged-call.ts';

/** How calls of a function are read as inferences. */
export interface Logging<A extends ReadonlyArray<unknown>, R> {
  /** The model that is called, or how the arguments tell it. With `inference_id` the ids are the caller's own. */
  readonly model: Model | ((...args: A) => Model);
  /** What the model is given. Called before the function. Copy what the caller may change right after the call. */
  readonly input: (...args: A) => InferenceInput;
  /** What the model gave. */
  readonly output: (result: R) => Said;
}

const isPlain = <T>(value: T): value is T & Awaited<T> => !(value instanceof Promise);

/**
 * Makes a function that does the same as `call`, returns what that returns (a promise is the same promise), and logs each call as an inference:
 * input, output, outcome and latency. The caller waits for none of it, whatever becomes of the log. `inferenceIdOf(result)` is the id for feedback on a
 * result that is an object.
 */
export const logged =
  <A extends ReadonlyArray<unknown>, R>(client: Client, call: (...args: A) => R, logging: Logging<A, Awaited<R>>): ((...args: A) => R) =>
  (...args) => {
    const model = typeof logging.model === 'function' ? logging.model(...args) : logging.model;
    const record = beginCall(client, model, () => logging.input(...args));
    const end = (value: Awaited<R>): void => {
      record.name(value);
      record.end(() => logging.output(value));
    };
    try {
      const result = call(...args);
      if (isPlain(result)) end(result);
      else Promise.resolve(result).then(end, (thrown: unknown) => record.fail(thrown));
      return result;
    } catch (thrown) {
      record.fail(thrown);
      throw thrown;
    }
  };
