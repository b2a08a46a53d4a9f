import assert from 'node:assert/strict';
import { alert } from '../../../../operators/alert.ts';
import { minutes } from '../../../../pipeline/core/time.ts';
import { chunkOf, partitionRecords } from '../../../../pipeline/testing/records.ts';
import { runOperator } from '../../../../pipeline/testing/run-operator.ts';
import type { QualityAlert } from '../../../../schemas/generated/quality-alert.ts';
import type { WindowAggregate } from '../../../../schemas/generated/window-aggregate.ts';
import { qualityAlerts } from '../../../../topologies/feedback/alerts/quality-alerts.ts';

const begin = Date.UTC(2026, 2, 1);

type Row = Pick<WindowAggregate, 'metric' | 'mean' | 'n' | 'inference_count' | 'model_version' | 'key' | 'segment'>;

const rowOf = (minute: number, over: Partial<Row>): { readonly value: WindowAggregate; readonly time: number } => {
  const row = { metric: 'accuracy', mean: 0.9, n: 100, inference_count: 2_000, model_version: 'v2', key: null, segment: null, ...over };
  const start = begin + minutes(minute);
  const value = { ...row, tenant: 'acme', model_name: 'digits', window_start: start * 1000 };
  return { value: value as unknown as WindowAggregate, time: start };
};

const toldOf = (...rows: ReadonlyArray<ReturnType<typeof rowOf>>): ReadonlyArray<QualityAlert> => {
  const run = runOperator(alert('quality-alerts', qualityAlerts()));
  run.feed(chunkOf(partitionRecords([...rows].sort((a, b) => a.time - b.time))));
  return run.values;
};

const bad = (minute: number, over: Partial<Row> = {}): ReturnType<typeof rowOf> => rowOf(minute, { mean: 0.5, ...over });

const briefly = ({ model_version, signal, severity }: QualityAlert): string => `${model_version} ${signal} ${severity}`;

describe('the alerts on the quality of models', () => {
  it('are told version by version, as records with the numbers of the last window', () => {
    const [told, ...more] = toldOf(bad(0), bad(1), rowOf(0, { model_version: 'v1' }), rowOf(1, { model_version: 'v1' }));
    assert.deepEqual(more, []);
    const { event_id, ...rest } = told ?? assert.fail('nothing was told');
    assert.match(event_id, /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-/);
    assert.deepEqual(rest, {
      tenant: 'acme',
      schema_version: 1,
      traceparent: null,
      policy: 'quality',
      model_name: 'digits',
      model_version: 'v2',
      signal: 'accuracy',
      severity: 'ALERT',
      previous: 'OK',
      cause: 'CHANGED',
      since: (begin + minutes(1)) * 1000,
      told_at: (begin + minutes(1)) * 1000,
      value: 0.5,
      n: 100,
      window_start: (begin + minutes(1)) * 1000,
    });
  });

  it('go by rows over all signals and segments, and by windows with enough observations', () => {
    assert.deepEqual(toldOf(bad(0, { key: 'thumbs' }), bad(1, { key: 'thumbs' })), []);
    assert.deepEqual(toldOf(bad(0, { segment: 'eu' }), bad(1, { segment: 'eu' })), []);
    assert.deepEqual(toldOf(bad(0, { n: 49 }), bad(1, { n: 49 })), []);
    assert.deepEqual(toldOf(bad(0, { mean: null }), bad(1, { mean: null })), []);
  });

  it('take coverage as a share of the inferences, and tell nothing of accuracy while there is none', () => {
    const none = (minute: number): ReturnType<typeof rowOf> => rowOf(minute, { metric: 'coverage', mean: 1, n: 5 });
    assert.deepEqual(toldOf(none(0), none(1), bad(2), bad(3)).map(briefly), ['v2 coverage ALERT']);
    const enough = (minute: number): ReturnType<typeof rowOf> => rowOf(minute, { metric: 'coverage', mean: 1, n: 500 });
    assert.deepEqual(toldOf(enough(0), enough(1), bad(2), bad(3)).map(briefly), ['v2 accuracy ALERT']);
  });

  it('have one id each, the same in another run', () => {
    const rows = [bad(0), bad(1), ...[2, 3, 4].map((minute) => rowOf(minute, {}))];
    const ids = toldOf(...rows).map(({ event_id }) => event_id);
    assert.equal(new Set(ids).size, 2);
    assert.deepEqual(
      toldOf(...rows).map(({ event_id }) => event_id),
      ids,
    );
  });
});
