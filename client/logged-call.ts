import type { Client } from './client.ts';
import type { InferenceFields, InferenceInput, InferenceOutput, InferencePayload } from './inference-payload.ts';

/** What is told of an inference beside input, output, times and outcome. */
export type About = Omit<Partial<InferenceFields>, 'input' | 'latency_ms' | 'started' | 'ended' | 'status' | 'error'>;

/** What a result says of its inference: its answers, logits in them if there are, and more, e.g. `usage`. */
export type Said = InferenceOutput & About;

/** The model that is called. */
export type Model = Pick<InferenceFields, 'model_name' | 'model_version'> & About;

const ids = new WeakMap<object, string>();

/** The id under which the inference of a result was logged: what feedback on it names. Undefined for what no logged call has given. */
export const inferenceIdOf = (result: object): string | undefined => ids.get(result);

/** One call that is being logged. Nothing of it throws into the call. */
export interface LoggedCall {
  /** Lets `inferenceIdOf` find the inference of a value. */
  readonly name: (value: unknown) => void;
  /** The call has succeeded; `said` reads what it says. */
  readonly end: (said: () => Said) => void;
  /** The call has failed, perhaps after it had given a part. */
  readonly fail: (thrown: unknown, said?: () => Said) => void;
}

/** Longer ones are cut: the API takes 4,096 characters. */
const longestError = 4_000;

const errorText = (thrown: unknown): string =>
  (thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)).slice(0, longestError);

/** What could not be read of a call, by what it was, with the error. */
type Unread = Record<string, string>;

/** What `read` gives; undefined if it throws, since a log may not break what it logs. */
const guarded = <T>(what: string, unread: Unread, read: () => T): T | undefined => {
  try {
    return read();
  } catch (thrown) {
    unread[`millrace.unread.${what}`] = errorText(thrown);
    return undefined;
  }
};

const withUnread = (input: InferenceInput | undefined, unread: Unread): InferenceInput => ({
  ...input,
  ...(Object.keys(unread).length === 0 ? {} : { attributes: { ...input?.attributes, ...unread } }),
});

/**
 * Begins to log a call. What it was given is read now, what it gave at its end. It is turned into JSON, and sent, in a timer after the caller has
 * gone on (`logInference`). If `input` or `said` throws, the inference is logged without it, and the attribute `millrace.unread.input` or `….output` has the error.
 */
export const beginCall = (client: Client, model: Model, input: () => InferenceInput): LoggedCall => {
  const { platform } = client;
  const { inference_id: inferenceId = client.newId(), ...about } = model;
  const [started, from] = [platform.now(), platform.monotonic()];
  const unread: Unread = {};
  const given = guarded('input', unread, input);
  const log = (outcome: Pick<InferenceFields, 'status' | 'error'>, said: () => Said): void => {
    const latency = platform.monotonic() - from;
    const times = { started: new Date(started).toISOString(), ended: new Date(started + latency).toISOString(), latency_ms: latency };
    const answer = guarded('output', unread, said);
    const payload: InferencePayload = {
      ...about,
      ...answer,
      ...outcome,
      ...times,
      inference_id: inferenceId,
      input: withUnread(given, unread),
    };
    client.logInference(payload);
  };
  return {
    name: (value) => {
      if (typeof value === 'object' && value !== null) ids.set(value, inferenceId);
    },
    end: (said) => log({ status: 'ok' }, said),
    fail: (thrown, said = () => ({})) => log({ status: 'error', error: errorText(thrown) }, said),
  };
};
