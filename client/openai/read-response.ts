import { at, textAt } from '../connection.ts';
import type { Candidate, InferenceFields } from '../inference-payload.ts';
import type { Said } from '../logged-call.ts';
import { messageText, textOf } from './read-request.ts';

const listAt = (value: unknown, ...names: ReadonlyArray<string>): ReadonlyArray<unknown> => {
  const found = at(value, ...names);
  return Array.isArray(found) ? found : [];
};

const numberAt = (value: unknown, ...names: ReadonlyArray<string>): number | undefined => {
  const found = at(value, ...names);
  return typeof found === 'number' ? found : undefined;
};

/** The log-probability of each token, where they were asked for: of a chat, or of a completion. */
const logitsOf = (choice: unknown): ReadonlyArray<number> => {
  const ofChat = listAt(choice, 'logprobs', 'content').map((token) => at(token, 'logprob'));
  return [...ofChat, ...listAt(choice, 'logprobs', 'token_logprobs')].filter((value) => typeof value === 'number');
};

const outputOf = (choice: unknown): string => textAt(choice, 'text') ?? messageText(at(choice, 'message'));

const candidateOf = (choice: unknown, place: number): Candidate => {
  const logits = logitsOf(choice);
  const candidate = { candidate_id: String(numberAt(choice, 'index') ?? place), output: outputOf(choice) };
  return logits.length === 0 ? candidate : { ...candidate, logits };
};

/** The output of the responses API: the texts of its messages; of what is no message, such as a call of a tool, its JSON. */
const itemText = (item: unknown): string => (textAt(item, 'type') === 'message' ? textOf(at(item, 'content')) : JSON.stringify(item));

const candidatesOf = (response: unknown): ReadonlyArray<Candidate> => {
  const output = listAt(response, 'output').filter((item) => textAt(item, 'type') !== 'reasoning');
  if (output.length > 0) return [{ candidate_id: '0', output: output.map(itemText).join('') }];
  return listAt(response, 'choices').map(candidateOf);
};

const usageOf = (usage: unknown): NonNullable<InferenceFields['usage']> => {
  const input = numberAt(usage, 'prompt_tokens') ?? numberAt(usage, 'input_tokens');
  const output = numberAt(usage, 'completion_tokens') ?? numberAt(usage, 'output_tokens');
  return { ...(input === undefined ? {} : { input_tokens: input }), ...(output === undefined ? {} : { output_tokens: output }) };
};

/** What a response of a chat, of a completion or of the responses API says. The version is the model that it names. */
export const saidBy = (response: unknown): Said => {
  const [id, model] = [textAt(response, 'id'), textAt(response, 'model')];
  const reason = textAt(listAt(response, 'choices')[0], 'finish_reason') ?? textAt(response, 'status');
  return {
    candidates: candidatesOf(response),
    usage: usageOf(at(response, 'usage')),
    ...(id === undefined ? {} : { external_keys: { openai: id } }),
    ...(model === undefined ? {} : { model_version: model }),
    ...(reason === undefined ? {} : { finish_reason: reason }),
  };
};
