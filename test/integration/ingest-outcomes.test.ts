import assert from 'node:assert/strict';
import type { ClickHouse } from '../../pipeline/clickhouse/clickhouse.ts';
import { clickHouseTarget } from '../../pipeline/clickhouse/delivery-target.ts';
import { ensureTable } from '../../pipeline/clickhouse/ensure-table.ts';
import { MillraceError } from '../../pipeline/core/errors.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import type { FeedbackOutcome } from '../../schemas/generated/feedback-outcome.ts';
import { clickHouseOutcomes } from '../../services/ingest/status/outcome-store.ts';
import { tables } from '../../topologies/feedback/tables.ts';
import { OwnServer } from '../pipeline/clickhouse/own-server.ts';

const id = '7d444840-9dc0-51d1-b245-5ffdce74fad2';

const orphan: FeedbackOutcome = {
  tenant: 'acme',
  event_id: '7d444840-9dc0-51d1-b245-5ffdce74fad3',
  schema_version: 1,
  traceparent: null,
  feedback_id: id,
  target_id: 'req-1',
  outcome: 'ORPHANED',
  topic: 'feedback.orphaned',
  attribution_status: 'ORPHAN',
  feedback_type: 'RATING',
  key: 'stars',
  model_name: null,
  model_version: null,
  segment: null,
  lag_us: null,
  event_time: 1_760_000_000_000_000,
};

const matched: FeedbackOutcome = {
  ...orphan,
  outcome: 'TRAINING',
  topic: 'training.ratings',
  attribution_status: 'MATCHED_LATE',
  model_name: 'digits',
  model_version: 'v1',
};

describe('the table of outcomes of the ingestion API', function () {
  this.timeout(120_000);
  const { signal } = new AbortController();
  let own: OwnServer;
  let db: ClickHouse;
  let offset = 0;

  before(async () => {
    own = await OwnServer.start();
    db = await own.fresh();
    await ensureTable(db, tables.feedbackOutcomes);
  });
  after(() => own.stop());

  /** Delivers rows as the topology does. */
  const deliver = async (...values: ReadonlyArray<FeedbackOutcome>): Promise<void> => {
    const from = offset;
    const rows = values.map((value) => ({ offset: offset++, value }));
    const token = `test/outcomes/t/0/${from}-${offset}/v1`;
    const target = clickHouseTarget(tables.feedbackOutcomes, db, systemClock);
    await target.deliver({ token, topic: 't', partition: 0, from, to: offset, rows }, false, signal);
  };

  it('tells the last word of each inference, to its tenant only', async () => {
    const store = clickHouseOutcomes(db);
    const find = (tenant: string, of = id): Promise<unknown> => store.find({ tenant, id: of }, signal);
    assert.deepEqual(await find('acme'), []);
    await deliver(orphan);
    assert.deepEqual(await find('acme'), [{ status: 'orphaned', inference_id: 'req-1', key: 'stars', topic: 'feedback.orphaned' }]);
    await deliver(matched, { ...orphan, target_id: 'req-2' }, { ...matched, tenant: 'globex' });
    const told = {
      status: 'attributed',
      inference_id: 'req-1',
      key: 'stars',
      topic: 'training.ratings',
      model_name: 'digits',
      model_version: 'v1',
    };
    assert.deepEqual(await find('acme'), [told, { status: 'orphaned', inference_id: 'req-2', key: 'stars', topic: 'feedback.orphaned' }]);
    assert.deepEqual(await find('globex'), [told]);
    assert.deepEqual([await find('initech'), await find('acme', "' OR 1 = 1 --")], [[], []]);
  });

  it('fails by an error that says that it does not answer', async () => {
    const gone = clickHouseOutcomes(await own.open('http://127.0.0.1:9/nowhere'));
    await assert.rejects(gone.find({ tenant: 'acme', id }, signal), (error) => error instanceof MillraceError && error.retryable);
  });
});
