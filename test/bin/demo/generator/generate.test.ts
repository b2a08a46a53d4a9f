import assert from 'node:assert/strict';
import { generate } from '../../../../bin/demo/generator/generate.ts';
import type { Message } from '../../../../bin/demo/generator/message.ts';
import { micros } from '../../../../bin/demo/generator/micros.ts';
import type { RecordType } from '../../../../pipeline/core/record-type.ts';
import { feedbackEvent } from '../../../../schemas/generated/feedback-event.ts';
import { inferenceLog } from '../../../../schemas/generated/inference-log.ts';
import { modelDeployment } from '../../../../schemas/generated/model-deployment.ts';
import { referenceBlock } from '../../../../schemas/generated/reference-block.ts';
import { referenceSegment } from '../../../../schemas/generated/reference-segment.ts';
import { referenceSignal } from '../../../../schemas/generated/reference-signal.ts';
import { cleanRun, noisyRun, realData, someData } from '../demo-runs.ts';

type Feedback = Message & { readonly topic: 'feedback.received' };
const isFeedback = (message: Message): message is Feedback => message.topic === 'feedback.received';

const roundTrip = <T>(type: RecordType<T>, value: T | null): void => {
  if (value !== null) assert.deepEqual(type.decode(type.encode(value)), value);
};

const check = (message: Message): void => {
  switch (message.topic) {
    case 'feedback.received':
      return roundTrip(feedbackEvent, message.value);
    case 'inference.logged':
      return roundTrip(inferenceLog, message.value);
    case 'model.deployments':
      return roundTrip(modelDeployment, message.value);
    case 'reference.signals':
      return roundTrip(referenceSignal, message.value);
    case 'reference.segments':
      return roundTrip(referenceSegment, message.value);
    case 'reference.blocklist':
      return roundTrip(referenceBlock, message.value);
  }
};

const count = <T>(items: ReadonlyArray<T>, is: (item: T) => boolean): number => items.filter(is).length;

const startsOf = (messages: ReadonlyArray<Message>, ofDigits: boolean): ReadonlyArray<number> =>
  messages
    .flatMap(({ topic, value }) =>
      topic === 'inference.logged' && value !== null && (value.model_name === 'digits') === ofDigits ? [value.started] : [],
    )
    .sort((a, b) => a - b);

describe('the generator', function () {
  this.timeout(60_000);

  it('makes the same run from the same seed, to the byte, and another from another', () => {
    const runs = [1, 1, 2].map((seed) => JSON.stringify(generate({ data: someData(), seed, clean: false })));
    assert.equal(runs[0], runs[1]);
    assert.notEqual(runs[0], runs[2]);
  });

  it('writes every record in the shape of its schema', () => {
    for (const message of generate({ data: someData(), seed: 3, clean: false }).messages) check(message);
  });

  it('moves each data set by one length, so that its first row is in the minute of the start that it is given', () => {
    const start = Date.UTC(2025, 0, 1) * 1e3;
    const { shifts, messages } = generate({ data: realData(), seed: 1, clean: true, start });
    for (const { data, to, by, from } of shifts) {
      assert.deepEqual([to, by], [start, start - from], data);
      const was = realData()
        [data].map(({ at }) => at + by)
        .sort((a, b) => a - b);
      assert.deepEqual(startsOf(messages, data === 'digits'), was);
      assert.ok(was[0]! >= start && was[0]! < start + micros.minute);
    }
  });

  it('has answered inferences at the very start of a minute and in the last millisecond of one', () => {
    for (const { messages } of [cleanRun(), noisyRun()]) {
      const answered = new Set(messages.filter(isFeedback).map(({ value }) => value?.target.id));
      const places = messages.flatMap(({ topic, value }) =>
        topic === 'inference.logged' && value?.model_name === 'fashion-policy' && answered.has(value.inference_id)
          ? [value.started % micros.minute]
          : [],
      );
      assert.ok(places.includes(0));
      assert.equal(
        count(places, (place) => place >= micros.minute - micros.millisecond),
        5,
      );
    }
  });

  it('moves data by whole minutes where no rows are within a millisecond', () => {
    const { shifts } = generate({ data: { digits: realData().digits, bandit: realData().bandit.slice(0, 1) }, seed: 1, clean: true });
    assert.deepEqual(
      shifts.map(({ by }) => Math.abs(by % micros.minute)),
      [0, 0],
    );
  });

  it('deploys each version at its first inference; only classifiers have predecessors', () => {
    const deployed = cleanRun().messages.flatMap((message) => (message.topic === 'model.deployments' ? [message.value!] : []));
    assert.deepEqual(deployed.map(({ model_name, model_version, predecessor }) => [model_name, model_version, predecessor]).sort(), [
      ['digits', 'digits-v1', null],
      ['digits', 'digits-v2', 'digits-v1'],
      ['fashion-policy', 'bts', null],
      ['fashion-policy', 'random', null],
    ]);
    const second = deployed.find(({ model_version }) => model_version === 'digits-v2')!;
    assert.equal(second.deployed_at - cleanRun().start, 2_400 * 3_600 * micros.millisecond);
  });

  it('sends a deployment before the inferences of its version, and reference data before all', () => {
    const { messages } = cleanRun();
    assert.match(messages[0]!.topic, /^reference/);
    const second = messages.findIndex(({ topic, value }) => topic === 'model.deployments' && value?.model_version === 'digits-v2');
    const used = messages.findIndex(({ topic, value }) => topic === 'inference.logged' && value?.model_version === 'digits-v2');
    assert.ok(second < used);
  });

  describe('in a clean run', () => {
    it('answers every prediction and impression, and refuses nothing', () => {
      const { outcomes } = cleanRun();
      assert.ok(outcomes.every(({ ended }) => ended === 'accepted' || ended === 'attributed'));
      assert.equal(
        count(outcomes, ({ training }) => training === 'training.implicit'),
        20_000,
      );
      const classes = count(outcomes, ({ training, review }) => training === 'training.corrections' || review === 'UNSURE');
      assert.equal(classes, 6_000);
    });

    it('delivers everything at its event time, in order', () => {
      const { messages } = cleanRun();
      assert.ok(messages.every((message, index) => index === 0 || message.arrived_at >= messages[index - 1]!.arrived_at));
      assert.ok(messages.filter(isFeedback).every(({ arrived_at, value }) => arrived_at === value?.event_time));
    });
  });

  describe('in a run with noise', () => {
    it('has every way to end, and a twentieth of the feedback at most is refused', () => {
      const feedback = noisyRun().outcomes.filter(({ topic }) => topic === 'feedback.received');
      const by = (ended: string): number => count(feedback, (outcome) => outcome.ended === ended);
      for (const ended of ['attributed', 'duplicate', 'orphaned', 'rejected']) assert.ok(by(ended) > 20, `${by(ended)} are ${ended}`);
      assert.ok(by('rejected') < feedback.length / 20);
      assert.equal(by('waiting'), 0);
    });

    it('has feedback out of order, hours late, before its inference, and from a clock that is behind', () => {
      const { messages } = noisyRun();
      const arrivals = new Map(
        messages.flatMap((message) =>
          message.topic === 'inference.logged' && message.value !== null ? [[message.value.inference_id, message] as const] : [],
        ),
      );
      const sent = messages.filter(isFeedback).filter(({ value, damage }) => value !== null && damage === null);
      const delay = ({ arrived_at, value }: Feedback): number => arrived_at - value!.event_time;
      assert.ok(count(sent, (message) => delay(message) > 2 * micros.hour) > 50);
      const before = count(sent, ({ arrived_at, value }) => arrived_at < (arrivals.get(value!.target.id)?.arrived_at ?? 0));
      assert.ok(before > 200, `${before} arrive before their inference`);
      const behind = count(sent, ({ value }) => value!.event_time < (arrivals.get(value!.target.id)?.value?.started ?? 0));
      assert.ok(behind > 5, `${behind} are dated before their inference`);
      const late = count([...arrivals.values()], ({ arrived_at, value }) => arrived_at - value!.started > 25 * micros.hour);
      assert.ok(late >= 5 && late < 30, `${late} inferences are logged a day late`);
    });

    it('has at least forty people besides visitors, none of them blocked where it counts', () => {
      const { messages } = noisyRun();
      const annotators = messages.filter(isFeedback).filter(({ value }) => value?.submitter.kind === 'ANNOTATOR');
      assert.ok(new Set(annotators.map(({ value }) => value?.submitter.id_hash)).size >= 40);
    });

    it('repeats a message only behind the first one', () => {
      const first = new Map<string, number>();
      const { messages, outcomes } = noisyRun();
      messages.forEach((message, index) => {
        if (!isFeedback(message) || message.value === null) return;
        const id = `${message.value.target.id}/${message.value.feedback_id}`;
        const outcome = outcomes[index]!;
        const again = outcome.ended === 'duplicate' || outcome.code === 'conflicting_duplicate';
        if (again) assert.ok(first.has(id), `${outcome.id} repeats nothing`);
        else first.set(id, index);
      });
    });
  });
});
