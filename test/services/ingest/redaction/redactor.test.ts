import assert from 'node:assert/strict';
import fc from 'fast-check';
import { redactor } from '../../../../services/ingest/redaction/redactor.ts';
import { readRules } from '../../../../services/ingest/redaction/rule-file.ts';
import { topics } from '../../../../topologies/feedback/topics.ts';
import { errorOf, openScene } from '../scene.ts';

const secret = 'k3y-of-the-tests';
const by = (...rules: ReadonlyArray<object>): ReturnType<typeof redactor> => redactor(readRules(JSON.stringify({ rules })), secret);
const hash = /^[0-9a-f]{32}$/;

describe('redaction', () => {
  const finds: Readonly<Record<string, readonly [rule: object, text: string, redacted: string]>> = {
    'an address': [{ pattern: 'email' }, 'write to jo.do+x@mail.example.com, or not', 'write to [email], or not'],
    'a card': [{ pattern: 'card' }, 'card 4111 1111 1111 1111 and 4111 1111 1111 1112', 'card [card] and 4111 1111 1111 1112'],
    'a number with its country': [{ pattern: 'phone' }, 'call +41 44 668 18 00 now, order 12345678', 'call [phone] now, order 12345678'],
    'a number of a country': [{ pattern: 'phone', country: 'CH' }, 'call 044 668 18 00', 'call [phone]'],
    'addresses of hosts': [
      { pattern: 'ip' },
      'from 192.168.0.1 by 2001:db8::1, at 12:30:45, v 999.1.1.1',
      'from [ip] by [ip], at 12:30:45, v 999.1.1.1',
    ],
    'what an expression says': [{ name: 'ahv', regex: '756\\.\\d{4}\\.\\d{4}\\.\\d{2}' }, 'no 756.1234.5678.97', 'no [ahv]'],
  };
  for (const [what, [rule, text, redacted]] of Object.entries(finds)) {
    it(`masks ${what}`, () => assert.deepEqual(by({ ...rule, action: 'mask' }).body({ value: text }), { value: redacted }));
  }

  it('hashes under a key: the same to the same, and nothing that can be looked up', () => {
    const { body } = by({ pattern: 'email', action: 'hash' });
    const one = body({ value: 'a@x.example and A@X.example' }) as { readonly value: string };
    const [, first, second] = /^\[email:([0-9a-f]{16})\] and \[email:([0-9a-f]{16})\]$/.exec(one.value) ?? [];
    assert.ok(first !== undefined && first === second);
    const other = redactor(readRules('{"rules":[{"pattern":"email","action":"hash"}]}'), 'other');
    assert.notDeepEqual(other.body({ value: 'a@x.example and A@X.example' }), one);
  });

  it('takes fields by their path, with any step', () => {
    const { body } = by(
      { field: '/submitter/id_hash', action: 'hash' },
      { field: '/user_context', action: 'drop' },
      { field: '/candidates/*/output', action: 'mask' },
      { field: '/candidates/*/score', action: 'mask' },
      { field: '/a~1b', action: 'drop' },
    );
    const redacted = body({
      submitter: { id_hash: 'jo', kind: 'user' },
      user_context: { locale: 'de' },
      candidates: [{ output: 'x', score: 1 }, { output: 'y' }],
      'a/b': 1,
    }) as { readonly submitter: { readonly id_hash: string } };
    assert.match(redacted.submitter.id_hash, hash);
    assert.deepEqual({ ...redacted, submitter: 0 }, { submitter: 0, candidates: [{ output: '[redacted]' }, { output: '[redacted]' }] });
  });

  it('looks where it is told to, and drops the whole text', () => {
    const { body } = by({ pattern: 'email', fields: ['/rationale', '/input/messages/*'], action: 'drop' });
    const text = 'a@x.example';
    const given = { value: text, rationale: text, input: { messages: [{ role: 'user', content: text }] } };
    assert.deepEqual(body(given), { value: text, input: { messages: [{ role: 'user' }] } });
  });

  it('keeps apart what names records, and leaves forms and ids alone', () => {
    const { body, key } = by({ pattern: 'email', action: 'mask' }, { pattern: 'phone', country: 'US', action: 'mask' });
    const id = '20125550-1234-4123-8123-201255501234';
    const given = { inference_id: 'jo@x.example', id: 'do@x.example', event_time: '2012-05-01T12:34:56Z' };
    const redacted = body(given) as typeof given;
    assert.match(redacted.inference_id, hash);
    assert.notEqual(redacted.inference_id, redacted.id);
    assert.equal(redacted.event_time, given.event_time);
    assert.deepEqual(body({ inference_id: id }), { inference_id: id });
    assert.match(key('jo@x.example'), hash);
    assert.equal(key('jo@x.example'), redacted.inference_id);
    assert.equal(key('order-7'), 'order-7');
    assert.match(by({ field: '/idempotency_key', action: 'drop' }).key('order-7'), hash);
  });

  it('refuses what is deeper than anything that is taken', async () => {
    const scene = await openScene({ ports: { redactor: by({ pattern: 'email', action: 'mask' }) } });
    const deep = `{"inference_id":"req-1","feedback_type":"comment","value":${'['.repeat(9_000)}${']'.repeat(9_000)}}`;
    assert.equal((await scene.post('/v1/feedback', deep)).status, 400);
    await scene.close();
  });

  it('changes nothing of what it is given, and is done once', () => {
    const { body } = by(...['email', 'card', 'phone', 'ip'].map((pattern) => ({ pattern, action: 'hash' })));
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (given) => {
        const before = structuredClone(given);
        const once = body(given);
        assert.deepEqual(given, before);
        assert.deepEqual(body(once), once);
      }),
      { numRuns: 200 },
    );
  });

  it('takes no longer than a text is', function () {
    this.timeout(20_000);
    const { body } = by(...['email', 'card', 'phone', 'ip'].map((pattern) => ({ pattern, action: 'mask' })), {
      name: 'evil',
      regex: '(a+)+$',
      action: 'mask',
    });
    const long = 50_000;
    for (const text of ['a'.repeat(long) + '!', '@'.repeat(long), '1 '.repeat(long / 2), ':'.repeat(long), 'a@'.repeat(long / 2)])
      assert.equal(typeof (body({ value: text }) as { readonly value: string }).value, 'string');
  });

  it('needs rules that are some', () => {
    const broken: ReadonlyArray<readonly [rules: unknown, message: RegExp]> = [
      [[], /look at rules/],
      [[{ field: 'value', action: 'mask' }], /look at rules\.0/],
      [[{ pattern: 'email', action: 'encrypt' }], /look at rules\.0/],
      [[{ pattern: 'phone', country: 'XX', action: 'mask' }], /a country that is none/],
      [[{ name: 'x', regex: '(', action: 'mask' }], /an expression "x"/],
      [[{ name: 'x', regex: '(a)\\1', action: 'mask' }], /no back references/],
    ];
    for (const [rules, message] of broken) assert.throws(() => readRules(JSON.stringify({ rules })), { code: 'bad_config', message });
    assert.throws(() => readRules('secret'), { message: 'the file of redaction rules is no JSON' });
  });
});

describe('an API that redacts', () => {
  const rules = readRules(JSON.stringify({ rules: [{ pattern: 'email', action: 'mask' }] }));
  const comment = { inference_id: 'req-1', feedback_type: 'comment', value: 'ask jo@x.example' };

  it('has nothing of it in the log, and tells repeats by what is left', async () => {
    const scene = await openScene({ ports: { redactor: redactor(rules, secret) } });
    const first = await scene.post('/v1/feedback', comment, { 'idempotency-key': 'jo@x.example' });
    const again = await scene.post('/v1/feedback', { ...comment, value: 'ask do@x.example' }, { 'idempotency-key': 'jo@x.example' });
    assert.deepEqual([first.status, again.status], [202, 202]);
    assert.equal(first.body.id, again.body.id);
    const events = await scene.values(topics.feedbackReceived);
    assert.deepEqual(
      events.map(({ text }) => text?.content),
      ['ask [email]'],
    );
    assert.ok(!JSON.stringify(events).includes('x.example'));
    const inference = { model_name: 'm', model_version: 'v', input: { messages: [{ role: 'user', content: 'I am jo@x.example' }] } };
    assert.equal((await scene.post('/v1/inferences', inference)).status, 202);
    assert.ok(!JSON.stringify(await scene.values(topics.inferenceLogged)).includes('x.example'));
    await scene.close();
  });

  it('writes nothing where a rule fails, and says so without the text', async () => {
    const find = (): never => {
      throw new Error('jo@x.example');
    };
    const broken = redactor([{ action: 'mask', pattern: { name: 'broken', find } }], secret);
    const scene = await openScene({ ports: { redactor: broken } });
    const answer = await scene.post('/v1/feedback', comment);
    assert.deepEqual([answer.status, errorOf(answer).code], [500, 'redaction_failed']);
    const many = await scene.post('/v1/feedback:batch', { items: [comment, comment] });
    assert.deepEqual(
      (many.body.results as ReadonlyArray<{ readonly status: number }>).map(({ status }) => status),
      [500, 500],
    );
    assert.deepEqual(await scene.values(topics.feedbackReceived), []);
    assert.ok(!(JSON.stringify([answer.body, many.body]) + scene.logged()).includes('x.example'));
    await scene.close();
  });
});
