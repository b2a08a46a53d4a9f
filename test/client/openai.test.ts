import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { inferenceIdOf, type About } from '../../client/logged-call.ts';
import { logOpenAI } from '../../client/openai/log-openai.ts';
import { json, startApi, type Api, type Behaviour } from './rig/api.ts';
import { startRig, type Rig } from './rig/rig.ts';

const usage = { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 };
const choice = {
  index: 0,
  message: { role: 'assistant', content: 'New York' },
  finish_reason: 'stop',
  logprobs: {
    content: [
      { token: 'New', logprob: -0.1 },
      { token: ' York', logprob: -0.02 },
    ],
  },
};
const chat = { id: 'chatcmpl-1', object: 'chat.completion', model: 'gpt-x-2026-01', choices: [choice], usage };

const events =
  (...chunks: ReadonlyArray<unknown>): Behaviour =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end([...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]'].map((data) => `data: ${data}\n\n`).join(''));
  };

const chunk = (delta: unknown, more: object = {}): unknown => ({
  id: 'chatcmpl-2',
  model: 'gpt-x-2026-01',
  choices: [{ index: 0, delta, ...more }],
});

describe('an OpenAI client whose calls are logged', () => {
  let rig: Rig;
  let model: Api;
  beforeEach(async () => {
    [rig, model] = [await startRig(), await startApi()];
  });
  afterEach(async () => {
    await Promise.all([rig.close(), model.close()]);
  });

  const openai = (about?: About): OpenAI =>
    logOpenAI(rig.client, new OpenAI({ apiKey: 'sk-1', baseURL: `${model.url}/v1`, maxRetries: 0 }), about);
  const items = async (): Promise<ReadonlyArray<Readonly<Record<string, unknown>>>> => {
    await rig.client.flush();
    return rig.api.requests.flatMap((request) => request.items);
  };
  const messages = [{ role: 'user' as const, content: 'Where is the Met?' }];

  it('logs a chat with its parameters, choices, log-probabilities, usage and ids', async () => {
    model.next(json(200, chat));
    const answer = await openai().chat.completions.create({
      model: 'gpt-x',
      messages,
      temperature: 0.2,
      logprobs: true,
      safety_identifier: 'somebody',
    });
    assert.equal(answer.choices[0]!.message.content, 'New York');
    const [{ started, ended, ...item } = {}] = await items();
    assert.ok(Date.parse(String(started)) <= Date.parse(String(ended)));
    assert.deepEqual(item, {
      inference_id: inferenceIdOf(answer),
      idempotency_key: inferenceIdOf(answer),
      model_name: 'gpt-x',
      model_version: 'gpt-x-2026-01',
      operation: 'chat',
      params: { temperature: 0.2, logprobs: true },
      input: { messages },
      candidates: [{ candidate_id: '0', output: 'New York', logits: [-0.1, -0.02] }],
      usage: { input_tokens: 9, output_tokens: 2 },
      external_keys: { openai: 'chatcmpl-1' },
      finish_reason: 'stop',
      status: 'ok',
      latency_ms: 0,
    });
  });

  it('logs the conversation as it was, although the caller goes on with it', async () => {
    model.next(json(200, chat));
    const talk: OpenAI.Chat.ChatCompletionMessageParam[] = [...messages];
    talk.push((await openai().chat.completions.create({ model: 'gpt-x', messages: talk })).choices[0]!.message);
    assert.deepEqual((await items())[0]!.input, { messages });
  });

  it('logs a stream when it has been read, with what it gave', async () => {
    model.next(
      events(
        chunk({ role: 'assistant', content: 'New' }, { logprobs: { content: [{ logprob: -0.5 }] } }),
        chunk({ content: ' York' }),
        chunk({}, { finish_reason: 'stop' }),
        { id: 'chatcmpl-2', model: 'gpt-x-2026-01', choices: [], usage },
      ),
    );
    const stream = await openai().chat.completions.create({ model: 'gpt-x', messages, stream: true });
    assert.deepEqual(await items(), []);
    let text = '';
    for await (const part of stream) text += part.choices[0]?.delta.content ?? '';
    assert.equal(text, 'New York');
    const [item] = await items();
    assert.deepEqual(item!.candidates, [{ candidate_id: '0', output: 'New York', logits: [-0.5] }]);
    assert.deepEqual(
      [item!.usage, item!.finish_reason, item!.inference_id],
      [{ input_tokens: 9, output_tokens: 2 }, 'stop', inferenceIdOf(stream)],
    );
  });

  it('logs what was read of a stream that the caller leaves, once', async () => {
    model.next(events(chunk({ content: 'one' }), chunk({ content: 'two' })));
    for await (const _part of await openai().chat.completions.create({ model: 'gpt-x', messages, stream: true })) break;
    const logged = await items();
    assert.deepEqual(
      logged.map(({ candidates }) => candidates),
      [[{ candidate_id: '0', output: 'one' }]],
    );
  });

  it('logs a stream once that is ended after it has been read', async () => {
    model.next(events(chunk({ content: 'one' })));
    const stream = await openai().chat.completions.create({ model: 'gpt-x', messages, stream: true });
    const iterator = stream[Symbol.asyncIterator]();
    while ((await iterator.next()).done !== true);
    await iterator.return?.();
    assert.equal((await items()).length, 1);
  });

  it('hears both halves of a stream that is split as one', async () => {
    model.next(events(chunk({ content: 'one' }), chunk({ content: 'two' })));
    const halves = (await openai().chat.completions.create({ model: 'gpt-x', messages, stream: true })).tee();
    for (const half of halves) for await (const part of half) assert.ok(part.id);
    assert.deepEqual(
      (await items()).map(({ candidates }) => candidates),
      [[{ candidate_id: '0', output: 'onetwo' }]],
    );
  });

  it('logs calls of tools, whole or in chunks', async () => {
    const call = (name: string, text: string): unknown => ({ index: 0, function: { name, arguments: text } });
    model.next(
      events(chunk({ tool_calls: [call('look', '{"a"')] }), chunk({ tool_calls: [call('', ':1}')] }, { finish_reason: 'tool_calls' })),
    );
    for await (const _part of await openai().chat.completions.create({ model: 'gpt-x', messages, stream: true }));
    const tool = { id: 't', type: 'function', function: { name: 'look', arguments: '{}' } };
    model.next(json(200, { ...chat, choices: [{ index: 0, message: { role: 'assistant', content: null, tool_calls: [tool] } }] }));
    await openai().chat.completions.create({ model: 'gpt-x', messages });
    const outputs = (await items()).map(({ candidates }) => (candidates as ReadonlyArray<{ readonly output: string }>)[0]!.output);
    assert.deepEqual(
      outputs.map((output): unknown => JSON.parse(output)),
      [[{ name: 'look', arguments: '{"a":1}' }], [tool]],
    );
  });

  it('logs the responses API, and a stream of it', async () => {
    const output = [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'There.' }] }];
    const response = {
      id: 'resp_1',
      object: 'response',
      model: 'gpt-x-2026-01',
      status: 'completed',
      output,
      usage: { input_tokens: 3, output_tokens: 1 },
    };
    model.next(
      json(200, response),
      events({ type: 'response.created', response: { id: 'resp_1' } }, { type: 'response.completed', response }),
    );
    await openai().responses.create({ model: 'gpt-x', input: 'Where?', instructions: 'Be short.' });
    for await (const _event of await openai().responses.create({ model: 'gpt-x', input: 'Where?', stream: true }));
    for (const item of await items()) {
      assert.deepEqual(
        [item.candidates, item.usage, item.external_keys],
        [[{ candidate_id: '0', output: 'There.' }], { input_tokens: 3, output_tokens: 1 }, { openai: 'resp_1' }],
      );
    }
    const inputs = (await items()).map(({ input }) => (input as { readonly messages: ReadonlyArray<unknown> }).messages.length);
    assert.deepEqual(inputs, [2, 1]);
  });

  it('logs a refusal of the model server, and the caller gets its error', async () => {
    model.next(json(429, { error: { message: 'too many', type: 'rate' } }));
    await assert.rejects(openai().chat.completions.create({ model: 'gpt-x', messages }), OpenAI.RateLimitError);
    const [item] = await items();
    assert.deepEqual([item!.status, item!.model_version], ['error', 'gpt-x']);
    assert.match(String(item!.error), /429 too many/);
  });

  it('leaves the raw response to a caller who asks for it, and gives response and data to one who wants both', async () => {
    model.next(json(200, chat), json(200, chat));
    const raw = await openai().chat.completions.create({ model: 'gpt-x', messages }).asResponse();
    assert.equal(((await raw.json()) as typeof chat).id, 'chatcmpl-1');
    assert.deepEqual(await items(), []);
    const { data, response } = await openai().chat.completions.create({ model: 'gpt-x', messages }).withResponse();
    assert.equal(response.status, 200);
    assert.deepEqual(
      (await items()).map((item) => item.inference_id),
      [inferenceIdOf(data)],
    );
  });

  it('prefers what it is told of the model, and leaves other calls alone', async () => {
    model.next(json(200, chat), json(200, { data: [{ id: 'gpt-x' }] }));
    const client = openai({ model_name: 'assistant', model_version: 'v7', variant: 'b' });
    await client.chat.completions.create({ model: 'gpt-x', messages });
    await client.models.list();
    const logged = await items();
    assert.deepEqual(
      logged.map((item) => [item.model_name, item.model_version, item.variant]),
      [['assistant', 'v7', 'b']],
    );
  });
});
