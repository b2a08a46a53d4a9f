import assert from 'node:assert/strict';
import type { DecisionMode } from '../../../../operators/decide/policy.ts';
import { decide } from '../../../../operators/decide.ts';
import { chunkOf, recordOf } from '../../../../pipeline/testing/records.ts';
import { runJoin } from '../../../../pipeline/testing/run-operator.ts';
import { hours, minutes } from '../../../../pipeline/core/time.ts';
import type { ModelDeployment } from '../../../../schemas/generated/model-deployment.ts';
import { modelCommand, type ModelCommand } from '../../../../schemas/generated/model-command.ts';
import { modelQuality } from '../../../../topologies/feedback/quality/model-quality.ts';
import { observed } from '../../../../topologies/feedback/quality/observation.ts';
import type { QualityWindow } from '../../../../topologies/feedback/quality/quality-window.ts';
import { policies } from '../../../../topologies/feedback/rollback/policies.ts';
import { fixtureStart, soundFeedback } from '../../../fixtures/sound-feedback.ts';
import { attributedSample } from '../samples.ts';

const start = fixtureStart / 1000;
const template = observed(attributedSample(soundFeedback.LABEL));

interface Answers {
  readonly right: number;
  readonly people?: number;
}

/** A window of 50 answers by as many people as `people`, `right` of which say that the version was right. */
const windowOf = (model_version: string, minute: number, { right, people = 25 }: Answers): QualityWindow => {
  const observations = Array.from({ length: 50 }, (_, index) => ({
    ...template,
    model_version,
    accuracy: index < right ? 1 : 0,
    submitter: `person ${String(index % people)}`,
  }));
  return {
    start: start + minutes(minute),
    end: start + minutes(minute + 1),
    closesAt: start + minutes(minute + 1) + hours(25),
    dims: { tenant: "O'Hara", model_name: 'digits', model_version },
    revision: 1,
    final: false,
    provisional: false,
    n: 50,
    streamTime: start + minutes(minute + 1),
    offsets: [{ topic: 'feedback.received', partition: 1, from: minute * 100, to: minute * 100 + 49 }],
    value: modelQuality.result(observations.reduce((acc, each) => modelQuality.add(acc, each), modelQuality.zero())),
  };
};

const deployment = (model_version: string, minute: number, more: Partial<ModelDeployment> = {}): ModelDeployment => ({
  tenant: "O'Hara",
  event_id: template.inference_id,
  schema_version: 1,
  traceparent: null,
  model_name: 'digits',
  model_version,
  status: 'DEPLOYED',
  predecessor: null,
  deployment: null,
  deployed_at: (start + minutes(minute)) * 1000,
  ...more,
});

const events = { output: { node: 'deployments', port: undefined } };

interface Story {
  readonly deployments: ReadonlyArray<ModelDeployment>;
  readonly windows: ReadonlyArray<QualityWindow>;
  readonly mode?: DecisionMode;
}

const commandsOf = ({ deployments, windows, mode = 'enforce' }: Story): ReadonlyArray<ModelCommand> => {
  const run = runJoin(decide('rollback', events, { ...policies.accuracyRegression(() => 'abc'), mode }));
  run.right(chunkOf(deployments.map((value) => recordOf(value))));
  for (const window of windows) run.left(chunkOf([recordOf(window, { time: window.start, asOf: window.streamTime })]));
  return run.values;
};

const replaced = [deployment('v1', 0), deployment('v2', 0, { predecessor: 'v1' })];

/** Both versions side by side, so many of 50 right, for so many minutes. */
const sideBySide = (v1: number, v2: number, to: number): ReadonlyArray<QualityWindow> =>
  Array.from({ length: to }, (_, minute) => [windowOf('v1', minute, { right: v1 }), windowOf('v2', minute, { right: v2 })]).flat();

describe('the accuracy policy', () => {
  it('orders the way back to the predecessor at the second look at a worse version', () => {
    const [command, ...more] = commandsOf({ deployments: replaced, windows: sideBySide(48, 36, 10) });
    assert.equal(more.length, 0);
    assert.ok(command !== undefined);
    const { kind, mode, policy, model_name, from_version, to_version, decided_at, evidence } = command;
    assert.deepEqual(
      [kind, mode, policy, model_name, from_version, to_version],
      ['ROLLBACK', 'ENFORCE', 'accuracy-regression', 'digits', 'v2', 'v1'],
    );
    assert.equal(decided_at, (start + minutes(4)) * 1000);
    assert.deepEqual(evidence.candidate, { model_version: 'v2', n: 200, sum: 144, sum_sq: 144, mean: 0.72, windows: 4 });
    assert.deepEqual(evidence.baseline, { model_version: 'v1', n: 200, sum: 192, sum_sq: 192, mean: 0.96, windows: 4 });
    assert.deepEqual(
      [evidence.rule, evidence.threshold, evidence.effect, evidence.fingerprint],
      ['sequentialVsBaseline', 0, 0.72 - 0.96, 'abc'],
    );
    assert.equal(evidence.alpha, 0.05);
    assert.ok((evidence.interval_low ?? 0) < -0.24 && (evidence.interval_high ?? 0) > -0.24 && (evidence.interval_high ?? 0) < 0);
    assert.deepEqual([evidence.span_start, evidence.span_end], [fixtureStart, fixtureStart + 240_000_000]);
    assert.deepEqual(evidence.inputs, [{ topic: 'feedback.received', partition: 1, from_offset: 0, to_offset: 349 }]);
    assert.equal(evidence.distinct_submitters, 25);
    assert.deepEqual(modelCommand.decode(modelCommand.encode(command)), command);
  });

  it('lets a version be whose difference may be chance, and not one whose difference cannot', () => {
    assert.deepEqual(commandsOf({ deployments: replaced, windows: sideBySide(48, 47, 20) }), []);
    assert.equal(commandsOf({ deployments: replaced, windows: sideBySide(48, 44, 20) }).length, 1);
  });

  it('waits for 150 answers on each side', () => {
    const few = [...sideBySide(48, 20, 2), ...Array.from({ length: 10 }, (_, minute) => windowOf('v2', 2 + minute, { right: 20 }))];
    assert.deepEqual(commandsOf({ deployments: replaced, windows: few }), []);
  });

  it('waits for 20 people', () => {
    const windows = (people: number): ReadonlyArray<QualityWindow> =>
      Array.from({ length: 10 }, (_, minute) => [
        windowOf('v1', minute, { right: 48 }),
        windowOf('v2', minute, { right: 20, people }),
      ]).flat();
    assert.deepEqual(commandsOf({ deployments: replaced, windows: windows(19) }), []);
    assert.equal(commandsOf({ deployments: replaced, windows: windows(20) }).length, 1);
  });

  it('leaves versions alone whose deployment names no predecessor', () => {
    const sideways = [deployment('v1', 0), deployment('v2', 0)];
    assert.deepEqual(commandsOf({ deployments: sideways, windows: sideBySide(48, 20, 10) }), []);
  });

  it('ends its watch with the retirement, and reads nothing from an unknown status', () => {
    const retired = deployment('v2', 0, { status: 'RETIRED' });
    assert.deepEqual(commandsOf({ deployments: [...replaced, retired], windows: sideBySide(48, 20, 10) }), []);
    const unknown = deployment('v2', 0, { status: 'UNKNOWN' });
    assert.equal(commandsOf({ deployments: [...replaced, unknown], windows: sideBySide(48, 20, 10) }).length, 1);
  });

  it('says whether an order is to be carried out, and whether by approval, and changes nothing else', () => {
    const modes = (['enforce', 'dryRun', 'onApproval'] as const).map((mode) =>
      commandsOf({ deployments: replaced, windows: sideBySide(48, 20, 10), mode }),
    );
    assert.deepEqual(
      modes.map(([command]) => command?.mode),
      ['ENFORCE', 'DRY_RUN', 'ON_APPROVAL'],
    );
    const [enforced = [], ...others] = modes.map((commands) => commands.map(({ mode: _, ...rest }) => rest));
    for (const other of others) assert.deepEqual(other, enforced);
    for (const [command] of modes) if (command !== undefined) assert.deepEqual(modelCommand.decode(modelCommand.encode(command)), command);
  });

  it('names the windows behind an order in a query that holds any name', () => {
    const [command] = commandsOf({ deployments: replaced, windows: sideBySide(48, 20, 10) });
    assert.equal(
      command?.evidence.query,
      "SELECT * FROM model_quality FINAL WHERE tenant = 'O\\'Hara' AND model_name = 'digits' AND model_version IN ('v2', 'v1')" +
        ` AND metric = 'accuracy' AND window_start >= fromUnixTimestamp64Milli(${String(start)})` +
        ` AND window_end <= fromUnixTimestamp64Milli(${String(start + minutes(4))}) ORDER BY window_start, model_version`,
    );
  });
});
