import { recordType } from '../../pipeline/avro/record-type.ts';
import { rawTopic, type RawTopic, topic, type Topic } from '../../pipeline/core/topic.ts';

/** What the benchmark reads: about 116 bytes as Avro. */
export interface Score {
  readonly id: string;
  readonly model: string;
  /** micros since the epoch. */
  readonly at: number;
  readonly value: number;
  readonly source: string;
  readonly note: string;
}

/** What it counts: a row for a model and minute. Of the rows of the same two the last one holds. */
export interface MinuteSum {
  readonly model: string;
  readonly start: number;
  readonly n: number;
  readonly sum: number;
}

const micros = { type: 'long', logicalType: 'timestamp-micros' };

export const scoreType = recordType<Score>({
  type: 'record',
  name: 'Score',
  fields: [
    { name: 'id', type: 'string' },
    { name: 'model', type: 'string' },
    { name: 'at', type: micros },
    { name: 'value', type: 'double' },
    { name: 'source', type: 'string' },
    { name: 'note', type: 'string' },
  ],
});

export const minuteSumType = recordType<MinuteSum>({
  type: 'record',
  name: 'MinuteSum',
  fields: [
    { name: 'model', type: 'string' },
    { name: 'start', type: 'long' },
    { name: 'n', type: 'long' },
    { name: 'sum', type: 'double' },
  ],
});

export const partitions = 8;
export const minute = 60_000;
const models = 20;

/** The topics of one run: inputs are shared, outputs are its own. */
export interface RunTopics {
  readonly scores: Topic<Score, 'id'>;
  readonly valid: Topic<Score, 'id'>;
  readonly sums: Topic<MinuteSum, 'model'>;
  /** What the parts of windows go through on their way to the task of their model, where a program makes that topic itself. */
  readonly parts: Topic<MinuteSum, 'model'>;
  readonly deadLetter: RawTopic;
}

export const topicsOf = (run: string): RunTopics => ({
  scores: topic('bench.scores', { type: scoreType, key: ['id'], time: 'at' }),
  valid: topic(`bench.valid.${run}`, { type: scoreType, key: ['id'], time: 'at' }),
  sums: topic(`bench.sums.${run}`, { type: minuteSumType, key: ['model'] }),
  parts: topic(`bench.parts.${run}`, { type: minuteSumType, key: ['model'] }),
  deadLetter: rawTopic(`bench.dead.${run}`),
});

/** One record in so many breaks the rule. */
const invalidEvery = 100;

/** Whether a record is forwarded and counted. */
export const isValid = (score: Score): boolean => score.value >= 0 && score.value <= 1 && score.model !== '';

/** How many of the first `total` records are valid. */
export const validAmong = (total: number): number => total - Math.floor(total / invalidEvery);

/**
 * The nth record: its value is out of range for one in a hundred, its time goes through ten minutes. Values are whole parts of a power of
 * two, so that their sum is exact in whatever order they are added.
 */
export const scoreOf = (n: number, total: number, start: number): Score => ({
  id: `score-${String(n).padStart(12, '0')}`,
  model: `model-${n % models}`,
  at: (start + Math.floor((n / total) * 10 * minute)) * 1_000,
  value: n % invalidEvery === invalidEvery - 1 ? 2 : (n % 64) / 64,
  source: 'END_USER',
  note: 'a note of about the length that people write here',
});
