import type { ClickHouse } from '../../../pipeline/clickhouse/clickhouse.ts';
import { tables } from '../../../topologies/feedback/tables.ts';
import type { Quality, WindowSum } from '../verify/result.ts';

type Row = Readonly<Record<string, unknown>>;

/** A rollback as it was ordered, with what it stands on. */
export interface RollbackRow {
  readonly model_name: string;
  readonly from_version: string;
  readonly to_version: string;
  readonly reason: string;
  readonly decided_at: string;
  readonly candidate: { readonly n: number; readonly mean: number };
  readonly baseline: { readonly n: number; readonly mean: number };
  readonly effect: number;
  readonly threshold: number;
  readonly query: string;
}

/** What ClickHouse says of a run. */
export interface TableFigures {
  readonly windows: Readonly<Record<string, WindowSum>>;
  readonly quality: Readonly<Record<string, Quality>>;
  /** Feedback by outcome: TRAINING, REVIEW, ORPHANED. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly rollbacks: ReadonlyArray<RollbackRow>;
}

const keyed = 'model_name, model_version, metric';

const bounds = 'toUnixTimestamp64Micro(window_start) AS start, toUnixTimestamp64Micro(window_end) AS end';

/** The last revision of each window, and beside it what came after its close. */
const observations = `
  SELECT ${bounds}, ${keyed}, n AS c, sum AS s, sum_sq AS q, if(metric = 'coverage', inference_count, 0) AS i
    FROM ${tables.modelQuality.name} FINAL
  UNION ALL
  SELECT ${bounds}, ${keyed}, n AS c, sum AS s, sum_sq AS q, inference_count AS i
    FROM ${tables.modelQualityCorrections.name}`;

const sums = 'sum(c) AS n, sum(s) AS total, sum(q) AS squares, sum(i) AS inferences';

const nameOf = (row: Row): string => [row.model_name, row.model_version, row.metric].map(String).join('/');

const windowsIn = async (db: ClickHouse): Promise<TableFigures['windows']> => {
  const rows = await db.select(`SELECT start, end, ${keyed}, ${sums} FROM (${observations}) GROUP BY start, end, ${keyed}`);
  return Object.fromEntries(
    rows.map((row) => [
      `${String(row.start)}-${String(row.end)}/${nameOf(row)}`,
      { n: Number(row.n), sum: Number(row.total), sum_sq: Number(row.squares), inference_count: Number(row.inferences) },
    ]),
  );
};

const qualityIn = async (db: ClickHouse): Promise<TableFigures['quality']> => {
  const value = `if(metric = 'coverage', n / inferences, total / n)`;
  const rows = await db.select(
    `SELECT *, ${value} AS value FROM (SELECT ${keyed}, ${sums} FROM (${observations}) GROUP BY ${keyed}) ORDER BY ${keyed}`,
  );
  return Object.fromEntries(rows.map((row) => [nameOf(row), { n: Number(row.n), value: Number(row.value) }]));
};

const outcomesIn = async (db: ClickHouse): Promise<TableFigures['outcomes']> => {
  const rows = await db.select(
    `SELECT toString(outcome) AS name, count() AS count FROM ${tables.feedbackOutcomes.name} FINAL GROUP BY name`,
  );
  return Object.fromEntries(rows.map((row) => [String(row.name), Number(row.count)]));
};

const rollbackOf = (row: Row): RollbackRow => ({
  model_name: String(row.model_name),
  from_version: String(row.from_version),
  to_version: String(row.to_version),
  reason: String(row.reason),
  decided_at: String(row.at),
  candidate: { n: Number(row.evidence_candidate_n), mean: Number(row.evidence_candidate_mean) },
  baseline: { n: Number(row.evidence_baseline_n), mean: Number(row.evidence_baseline_mean) },
  effect: Number(row.evidence_effect),
  threshold: Number(row.evidence_threshold),
  query: String(row.evidence_query),
});

const rollbacksIn = async (db: ClickHouse): Promise<TableFigures['rollbacks']> => {
  const rows = await db.select(
    `SELECT *, toString(decided_at) AS at FROM ${tables.modelCommands.name} FINAL WHERE kind = 'ROLLBACK' ORDER BY decided_at, model_name`,
  );
  return rows.map(rollbackOf);
};

/** Reads a run back from ClickHouse. */
export const readTables = async (db: ClickHouse): Promise<TableFigures> => ({
  windows: await windowsIn(db),
  quality: await qualityIn(db),
  outcomes: await outcomesIn(db),
  rollbacks: await rollbacksIn(db),
});
