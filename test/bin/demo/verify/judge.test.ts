import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { keyOf } from '../../../../bin/demo/generator/key-of.ts';
import type { Message } from '../../../../bin/demo/generator/message.ts';
import { factsOf } from '../../../../bin/demo/verify/facts.ts';
import { judge, type Verdict } from '../../../../bin/demo/verify/judge.ts';
import type { FeedbackEvent } from '../../../../schemas/generated/feedback-event.ts';
import { malformed } from '../../../fixtures/malformed.ts';
import {
  barelySound,
  fixtureBlocks,
  fixtureInferences,
  fixtureSignals,
  fixtureStart,
  soundFeedback,
} from '../../../fixtures/sound-feedback.ts';

const hour = 3_600e6;
const arrival = { arrived_at: fixtureStart, damage: null, raw: null };

const world = (end = fixtureStart + 100 * hour): ReadonlyArray<Message> => [
  ...fixtureSignals.map((value) => ({ ...arrival, id: value.key, key: value.key, topic: 'reference.signals' as const, value })),
  ...fixtureBlocks.map((value) => ({ ...arrival, id: value.event_id, key: '', topic: 'reference.blocklist' as const, value })),
  ...[...fixtureInferences, { ...fixtureInferences[0]!, inference_id: 'last', started: end }].map((value) => ({
    ...arrival,
    id: value.inference_id,
    key: '',
    arrived_at: value.started,
    topic: 'inference.logged' as const,
    value,
  })),
];

type Feedback = Message & { readonly topic: 'feedback.received' };

const sent = (value: FeedbackEvent, more: Partial<Feedback> = {}): Feedback => ({
  ...arrival,
  id: value.feedback_id,
  key: keyOf(value.tenant, value.target.id),
  arrived_at: value.received_time,
  topic: 'feedback.received',
  value,
  ...more,
});

const last = (end: number): Feedback =>
  sent({ ...soundFeedback.LABEL, target: { ...soundFeedback.LABEL.target, id: 'last' }, event_time: end }, { arrived_at: end });

const judging = (end?: number): ((message: Feedback) => Verdict) => judge(factsOf([...world(end), last(end ?? fixtureStart + 100 * hour)]));

const codesOfPage = (): ReadonlyArray<string> => {
  const page = readFileSync(new URL('../../../../docs/rules.md', import.meta.url), 'utf8');
  const section = page.slice(page.indexOf('## Codes'), page.indexOf('## Attribution'));
  return [...new Set([...section.matchAll(/^\| `([a-z_]+)` +(?:\|[^|]*){2}\|$/gm)].map(([, code]) => code ?? ''))];
};

describe('the judge', () => {
  it('lets sound feedback through, also where it touches a bound', () => {
    for (const [name, value] of [...Object.entries(soundFeedback), ...Object.entries(barelySound)]) {
      assert.equal(judging()(sent(value)).ended, 'attributed', name);
    }
  });

  for (const { name, node, code, value, damage, raw, after } of malformed) {
    it(`refuses ${name} at ${node} as ${code}`, () => {
      const judged = judging();
      if (after !== null) assert.equal(judged(sent(after)).ended, 'attributed');
      const message = sent(value, { damage, raw: raw?.toString('base64') ?? null, ...(raw === null ? {} : { value: null }) });
      assert.deepEqual(judged(message), { ended: 'rejected', where: [node, code] });
    });
  }

  it('has a fixture for each code of the page, and the page each code of a fixture', () => {
    assert.deepEqual([...new Set(malformed.map(({ code }) => code))].sort(), [...codesOfPage()].sort());
  });

  it('drops the same again, and takes the same id for another target', () => {
    const judged = judging();
    const { IMPLICIT } = soundFeedback;
    assert.equal(judged(sent(IMPLICIT)).ended, 'attributed');
    assert.equal(judged(sent(structuredClone(IMPLICIT))).ended, 'duplicate');
    assert.equal(judged(sent({ ...IMPLICIT, target: { ...IMPLICIT.target, id: 'elsewhere' } })).ended, 'orphaned');
  });

  it('orphans what is more than a day from its inference, on either side', () => {
    const { IMPLICIT } = soundFeedback;
    for (const event_time of [fixtureStart + 30 * hour, fixtureStart - 30 * hour]) {
      assert.equal(judging()(sent({ ...IMPLICIT, event_time }, { arrived_at: fixtureStart + 31 * hour })).ended, 'orphaned');
    }
  });

  it('lets feedback about an unknown inference wait until stream time has passed it by 25 hours', () => {
    const value = { ...soundFeedback.IMPLICIT, target: { ...soundFeedback.IMPLICIT.target, id: 'unknown' } };
    assert.equal(judging(fixtureStart + 20 * hour)(sent(value)).ended, 'waiting');
    assert.equal(judging(fixtureStart + 30 * hour)(sent(value)).ended, 'orphaned');
  });

  it('says so where the outcome would depend on the order of reading', () => {
    const { IMPLICIT } = soundFeedback;
    const near = sent({ ...IMPLICIT, event_time: fixtureStart + 25 * hour }, { arrived_at: fixtureStart + 25 * hour });
    const slow = sent(IMPLICIT, { arrived_at: fixtureStart + 24 * hour });
    const unknown = sent({ ...IMPLICIT, target: { ...IMPLICIT.target, id: 'unknown' } });
    assert.throws(() => judging()(near), /depends on the order of reading/);
    assert.throws(() => judging()(slow), /depends on the order of reading/);
    assert.throws(() => judging(fixtureStart + 25 * hour)(unknown), /depends on the order of reading/);
  });
});
