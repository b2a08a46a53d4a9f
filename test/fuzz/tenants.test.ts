import assert from 'node:assert/strict';
import { Draw } from '../../pipeline/testing/draw.ts';
import { topics } from '../../topologies/feedback/topics.ts';
import { openScene, type Scene } from '../services/ingest/scene.ts';

const requests = 10_000;
const atOnce = 50;
const tenants = ['acme', 'globex'] as const;
type Tenant = (typeof tenants)[number];

const other = (tenant: Tenant): Tenant => (tenant === 'acme' ? 'globex' : 'acme');

/** Ways to name another tenant than one's own. Those with `refused` are fields that there are not. */
const tricks: ReadonlyArray<{
  readonly body?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly refused?: true;
}> = [
  {},
  { body: { tenant: '%' }, refused: true },
  { body: { tenant_id: '%' }, refused: true },
  { body: { user_context: { tenant: '%' } }, refused: true },
  { body: { submitter: { tenant: '%' } }, refused: true },
  { body: { __proto__: null, tags: ['tenant:%'] } },
  { headers: { 'x-tenant': '%', 'x-millrace-tenant': '%', tenant: '%' } },
  { headers: { forwarded: 'for=%;host=%', host: '%.example.com' } },
  { query: '?tenant=%' },
];

const said = <T>(value: T, tenant: string): T => JSON.parse(JSON.stringify(value).replaceAll('%', tenant)) as T;

interface Shot {
  readonly tenant: Tenant;
  readonly isInference: boolean;
  readonly isBatch: boolean;
  readonly isRefused: boolean;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

const feedbackOf = (tenant: Tenant, body: object): Shot['body'] => ({ inference_id: 'shared', rationale: tenant, rating: 4, ...body });
const inferenceOf = (tenant: Tenant): Shot['body'] => ({ model_name: 'm', model_version: 'v', output: tenant });

/** The nth request. Both tenants use the same keys and judge the same inferences; each says in the record who it is. */
const shotOf = (draw: Draw, nth: number): Shot => {
  const tenant = draw.pick(tenants);
  const [isInference, isBatch] = [draw.chance(0.3), draw.chance(0.2)];
  const number = draw.whole(0, tricks.length - 1);
  const { refused = false, headers = {}, query = '', body = {} } = said(tricks[number]!, other(tenant));
  const [record, path] = isInference ? [inferenceOf(tenant), '/v1/inferences'] : [feedbackOf(tenant, body), '/v1/feedback'];
  return {
    ...{ tenant, isInference, isBatch, headers },
    isRefused: refused && !isInference,
    url: `${path}${isBatch ? ':batch' : ''}${query}`,
    body: { ...record, idempotency_key: `key-${Math.floor(nth / 3)}-${number}` },
  };
};

interface Outcome {
  readonly status: number;
  readonly id?: string;
}

const outcomeOf = (answer: { readonly statusCode: number; readonly body: string }, isBatch: boolean): Outcome => {
  const told = JSON.parse(answer.body) as { readonly id?: string; readonly results?: ReadonlyArray<Outcome> };
  if (isBatch) return told.results?.[0] ?? { status: answer.statusCode };
  return { status: answer.statusCode, ...(answer.statusCode === 202 && told.id !== undefined ? { id: told.id } : {}) };
};

describe('requests of two tenants, mixed', function () {
  this.timeout(120_000);
  let scene: Scene;

  before(async () => {
    scene = await openScene();
  });
  after(() => scene.close());

  it(`never cross: of ${requests} the log has each under the tenant of its API key, and ids that both use are two`, async () => {
    const draw = new Draw(11);
    const ids = new Map<string, Tenant>();
    const refused: number[] = [];
    let sent = 0;

    const send = async (nth: number): Promise<void> => {
      const shot = shotOf(draw, nth);
      const { tenant, isBatch, isInference, isRefused, url, headers, body } = shot;
      const payload = JSON.stringify(isBatch ? { items: [body] } : body);
      const sentHeaders = { ...headers, authorization: `Bearer ${scene.keys[tenant]}`, 'content-type': 'application/json' };
      const answer = await scene.ingest.app.inject({ method: 'POST', url, headers: sentHeaders, payload });
      sent += 1;
      const { status, id } = outcomeOf(answer, isBatch);
      assert.equal(status === 202, !isRefused, `${payload}: ${answer.body}`);
      if (id === undefined) refused.push(status);
      else ids.set(`${id}|${isInference}`, tenant);
    };

    for (let nth = 0; nth < requests; nth += atOnce) {
      await Promise.all(Array.from({ length: atOnce }, (_, at) => send(nth + at)));
    }

    assert.equal(sent, requests);
    assert.ok(refused.length > 1_000 && refused.every((status) => status === 400), `${refused.length}`);
    const feedback = await scene.values(topics.feedbackReceived);
    const inferences = await scene.values(topics.inferenceLogged);
    for (const { tenant, rationale, feedback_id } of feedback) {
      assert.equal(tenant, rationale);
      assert.equal(ids.get(`${feedback_id}|false`), tenant);
    }
    for (const { tenant, candidates, inference_id } of inferences) {
      assert.equal(tenant, candidates[0]?.output);
      assert.equal(ids.get(`${inference_id}|true`), tenant);
    }
    const logged = new Set([
      ...feedback.map(({ feedback_id: id }) => `${id}|false`),
      ...inferences.map(({ inference_id: id }) => `${id}|true`),
    ]);
    assert.deepEqual(logged, new Set(ids.keys()));
    assert.ok(logged.size > 3_000, `${logged.size}`);
  });
});
