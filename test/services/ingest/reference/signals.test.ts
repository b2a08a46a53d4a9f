import assert from 'node:assert/strict';
import { MillraceError } from '../../../../pipeline/core/errors.ts';
import { hours } from '../../../../pipeline/core/time.ts';
import { systemClock } from '../../../../pipeline/runtime/system-clock.ts';
import type { ReferenceBlock } from '../../../../schemas/generated/reference-block.ts';
import { feedbackKind } from '../../../../services/ingest/feedback-kind.ts';
import { topics } from '../../../../topologies/feedback/topics.ts';
import { fixtureBlocks, fixtureSignals, fixtureStart } from '../../../fixtures/sound-feedback.ts';
import { until } from '../../../support/until.ts';
import { feedbackRun } from '../../../topologies/feedback/support/feedback-run.ts';
import { gate, openScene, type Scene } from '../scene.ts';
import { fixtureReference, signalsOf } from './declared.ts';

const origin = { tenant: 'demo', apiKeyId: 'k1', now: fixtureStart / 1000 + hours(1) };
const about = { inference_id: 'req-1' };
const blocked = fixtureBlocks[0]!.submitter_id_hash;

/** What breaks a rule that needs the reference data, and the field that is meant. */
const breaking: Readonly<Record<string, readonly [body: Readonly<Record<string, unknown>>, code: string, path: string]>> = {
  'a signal that nobody declared': [{ ...about, rating: 4, key: 'karma' }, 'undeclared_signal', '/key'],
  'a value of another kind than is declared': [{ ...about, rating: true, key: 'stars' }, 'undeclared_signal', '/key'],
  'a label that is not listed': [{ ...about, feedback_type: 'label', value: '12' }, 'label_not_allowed', '/value'],
  'a correction that is not listed': [
    { ...about, feedback_type: 'correction', feedback_value: 'seven' },
    'label_not_allowed',
    '/feedback_value',
  ],
  'a rating above its scale': [{ ...about, rating: 6 }, 'value_out_of_range', '/rating'],
  'a click that is worth too much': [{ ...about, feedback_type: 'implicit_click', value: 1e9 }, 'value_out_of_range', '/value'],
  'a blocked submitter': [{ ...about, rating: 4, submitter: { id_hash: blocked } }, 'blocked_submitter', '/submitter/id_hash'],
};

describe('feedback that the reference data speaks against', () => {
  const edge = feedbackKind(fixtureReference());
  /** Refuses nothing of it, so that it comes to the log. */
  const blind = feedbackKind(fixtureReference('accept', { signals: [], blocks: [] }));

  for (const [name, [body, code, path]] of Object.entries(breaking)) {
    it(`is refused at the edge as in the topology: ${name}`, async () => {
      const refused = edge.map(body, origin);
      assert.ok('code' in refused);
      assert.deepEqual([refused.status, refused.code, refused.path], [422, code, path]);

      const mapped = blind.map(body, origin);
      assert.ok('value' in mapped, JSON.stringify(mapped));
      const driver = await feedbackRun();
      await driver.send(topics.feedbackReceived, mapped.value);
      const [letter] = await driver.rejects();
      assert.deepEqual([letter?.rule, letter?.detail], [code, refused.message]);
      await driver.close();
    });
  }

  it('is taken under a signal that nobody declared, if it may be, but not with another kind of value', () => {
    const open = feedbackKind(fixtureReference('accept'));
    const told = (name: string): unknown => {
      const mapped = open.map(breaking[name]![0], origin);
      return 'code' in mapped ? mapped.code : 'taken';
    };
    assert.equal(told('a signal that nobody declared'), 'taken');
    assert.equal(told('a value of another kind than is declared'), 'undeclared_signal');
    assert.equal(told('a blocked submitter'), 'blocked_submitter');
  });
});

describe('the reference data of the API', () => {
  let scene: Scene | undefined;
  const open = async (...options: Parameters<typeof openScene>): Promise<Scene> => (scene = await openScene(...options));
  afterEach(() => scene?.close());

  const karma = { ...signalsOf('acme').find(({ key }) => key === 'stars')!, key: 'karma' };
  const rating = { ...about, rating: 4, key: 'karma' };

  it('is followed: a signal that is declared, and a submitter that is blocked, are known soon after', async () => {
    const own = await open();
    assert.equal((await own.post('/v1/feedback', rating)).body.code, 'undeclared_signal');
    await own.put(topics.referenceSignals, karma);
    await until('the signal is known', async () => (await own.post('/v1/feedback', rating)).status === 202);
    const block: ReferenceBlock = { ...fixtureBlocks[0]!, tenant: 'acme', submitter_id_hash: 'somebody' };
    await own.put(topics.referenceBlocklist, block);
    const said = { ...rating, submitter: { id_hash: 'somebody' } };
    await until('the submitter is blocked', async () => (await own.post('/v1/feedback', said)).body.code === 'blocked_submitter');
    assert.equal((await own.post('/v1/feedback', said, { authorization: `Bearer ${own.keys.globex}` })).body.code, 'undeclared_signal');
    const exposed = await own.scrape();
    assert.match(
      exposed,
      new RegExp(`millrace_ingest_reference_offset\\{topic="reference.signals",partition="0"\\} ${fixtureSignals.length * 2 + 1}\\b`),
    );
    assert.match(exposed, /millrace_ingest_reference_offset\{topic="reference.blocklist",partition="0"\} 1\b/);
  });

  it('is there before the API listens', async () => {
    const { opened, open: release } = gate();
    const asked: string[] = [];
    const before = ({ operation }: { readonly operation: string }): Promise<void> | undefined => {
      if (operation !== 'poll') return undefined;
      asked.push(operation);
      return opened;
    };
    let isOpen = false;
    const opening = open({ faults: { before } }).finally(() => (isOpen = true));
    await until('the topic is read', () => asked.length > 0);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(isOpen, false);
    release();
    assert.equal((await (await opening).post('/v1/feedback', { ...about, rating: 4 })).status, 202);
  });

  it('stays as it was while its topic cannot be read, and is read anew then', async () => {
    const trouble = { is: false };
    const before = ({ operation }: { readonly operation: string }): void => {
      if (trouble.is && operation === 'poll') throw new MillraceError('cluster_unavailable', 'no broker');
    };
    const clock = { ...systemClock, sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms / 20, signal) };
    const own = await open({ faults: { before }, clock });
    trouble.is = true;
    await own.put(topics.referenceSignals, karma);
    await until('it is told', () => own.logged().includes('reference data stays as it was'));
    assert.equal((await own.post('/v1/feedback', rating)).body.code, 'undeclared_signal');
    assert.equal((await own.post('/v1/feedback', { ...about, rating: 4 })).status, 202);
    trouble.is = false;
    await until('the signal is known', async () => (await own.post('/v1/feedback', rating)).status === 202);
    assert.match(own.logged(), /reference data is followed again/);
  });
});
