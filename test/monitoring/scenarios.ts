import { counter, type Courses, gauge, histogram, type Phases } from './series.ts';

/** A trouble, and the one alert that it sets off. */
export interface Scenario {
  readonly alert: string;
  readonly what: string;
  /** The series that are not as in `healthy`. */
  readonly courses: Courses;
  readonly phases?: Phases;
  /** The labels of the alert, but for its severity. */
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
}

const inShop = { topology: 'shop' };
const clicked = { topology: 'shop', topic: 'clicked' };
const instance = { instance: 'a:9464' };
const day = 24 * 60;
const fast: Phases = [3 * day, 60, 120];
const slow: Phases = [day, 2 * day, 8 * 60];

const ages = (late: number): Courses =>
  histogram('millrace_commit_age_seconds{topology="shop"}', {
    0.5: [10, 10 * (1 - late)],
    1: [10, 10 * (1 - late)],
    2: [10, 10],
    '+Inf': [10, 10],
  });

/** Ten records a second are read, of which a share is lost. */
const losses = (share: number): Courses => ({
  'millrace_records_in_total{topology="shop",node="in"}': counter(10),
  'millrace_records_rejected_total{topology="shop",node="check",rule="bad_value"}': counter(0, 10 * share),
});

const lagging: Courses = {
  'millrace_lag_seconds{topology="shop",topic="clicked"}': gauge(0.2, 90),
  'millrace_lag_records{topology="shop",topic="clicked"}': gauge(100, 900_000),
};

export const scenarios: ReadonlyArray<Scenario> = [
  {
    alert: 'MillraceDown',
    what: 'a process does not answer',
    courses: { 'up{job="millrace",instance="a:9464"}': gauge(1, 0) },
    labels: { job: 'millrace', ...instance },
    summary: 'The process a:9464 has ended or does not answer.',
  },
  {
    alert: 'MillraceDown',
    what: 'no process is known',
    courses: { 'up{job="millrace",instance="a:9464"}': { kind: 'gauge', healthy: 1, bad: undefined } },
    labels: {},
    summary: 'Prometheus knows no process of Millrace.',
  },
  {
    alert: 'MillraceRestoring',
    what: 'a restore does not end',
    courses: { 'millrace_tasks{topology="shop",state="restoring",instance="a:9464"}': gauge(0, 2) },
    labels: { ...inShop, state: 'restoring', ...instance },
    summary: '2 tasks of a:9464 have not been restored for ten minutes.',
  },
  {
    alert: 'MillraceLag',
    what: 'lag grows',
    courses: { ...lagging, 'millrace_appended_offsets_total{topology="shop",topic="clicked"}': counter(10_000, 11_000) },
    labels: clicked,
    summary: 'shop is 1m 30s behind in clicked and does not catch up within half an hour.',
  },
  {
    alert: 'MillraceLag',
    what: 'lag is cleared, but not for more than half an hour',
    courses: { ...lagging, 'millrace_processed_offsets_total{topology="shop",topic="clicked"}': counter(10_000, 10_400) },
    labels: clicked,
    summary: 'shop is 1m 30s behind in clicked and does not catch up within half an hour.',
  },
  {
    alert: 'MillraceWaits',
    what: 'a task waits for a topic',
    courses: { 'millrace_waiting_seconds_total{topology="shop",topic="clicked"}': counter(0.1, 0.96) },
    labels: clicked,
    summary: 'Tasks of shop have records, and wait for clicked 96% of the time.',
  },
  {
    alert: 'MillracePauses',
    what: 'buffers stay full',
    courses: { 'millrace_partition_pauses_total{topology="shop",topic="clicked"}': counter(0, 0.05) },
    labels: clicked,
    summary: 'Partitions of clicked are paused again and again: their buffers in shop are full.',
  },
  {
    alert: 'MillraceAborts',
    what: 'transactions are rolled back',
    courses: { 'millrace_transaction_aborts_total{topology="shop"}': counter(0, 0.5) },
    labels: inShop,
    summary: 'Transactions of shop are rolled back again and again.',
  },
  {
    alert: 'MillraceProducerRenewals',
    what: 'producers are given up',
    courses: { 'millrace_producer_renewals_total{topology="shop",code="transaction_expired"}': counter(0, 0.02) },
    labels: { ...inShop, code: 'transaction_expired' },
    summary: 'Producers of shop fail and are made anew: transaction_expired.',
  },
  {
    alert: 'MillraceSlowCommits',
    what: 'commits take long',
    courses: histogram('millrace_commit_seconds{topology="shop"}', { 0.5: [10, 5], 1: [10, 5], 2.5: [10, 10], '+Inf': [10, 10] }),
    labels: inShop,
    summary: 'One commit in a hundred of shop takes 2.47s.',
  },
  {
    alert: 'MillraceEventLoop',
    what: 'the event loop stands still',
    courses: { 'millrace_nodejs_eventloop_lag_p99_seconds{instance="a:9464"}': gauge(0.02, 2) },
    labels: instance,
    summary: 'The event loop of a:9464 stands still for 2s at a time.',
  },
  {
    alert: 'MillraceMemory',
    what: 'memory is nearly used up',
    courses: { 'millrace_process_resident_memory_bytes{instance="a:9464"}': gauge(5e8, 2.5 * 2 ** 30) },
    labels: instance,
    summary: 'a:9464 takes 2.5GiB of memory.',
  },
  {
    alert: 'MillraceStreamTimeStandsStill',
    what: 'stream time stands still',
    // A gauge that grows by a second a second is written as a counter is.
    courses: { 'millrace_stream_time_lag_seconds{topology="shop",task="in/0"}': counter(0, 1) },
    labels: { ...inShop, task: 'in/0' },
    summary: 'Stream time of in/0 of shop stands still although records come.',
  },
  {
    alert: 'MillraceRejects',
    what: 'a rule refuses records',
    courses: { 'millrace_records_rejected_total{topology="shop",node="check",rule="bad_value"}': counter(0.5, 4) },
    labels: { ...inShop, node: 'check', rule: 'bad_value' },
    summary: 'check of shop rejects 4 records a second as bad_value.',
  },
  {
    alert: 'MillraceDeliveryWaits',
    what: 'rows wait to be delivered',
    courses: { 'millrace_delivery_waiting_seconds{topology="shop",node="rows"}': gauge(0.5, 240) },
    labels: { ...inShop, node: 'rows' },
    summary: 'Rows of rows have waited for 4m 0s to be delivered.',
  },
  {
    alert: 'MillraceDeliveryRefused',
    what: 'a receiver refuses records',
    courses: { 'millrace_delivery_refused_total{topology="shop",node="posts",rule="http_400"}': counter(0, 0.1) },
    labels: { ...inShop, node: 'posts', rule: 'http_400' },
    summary: 'The receiver of posts refuses records (http_400): see its dead letter.',
  },
  {
    alert: 'MillraceOrphans',
    what: 'feedback does not meet its inference',
    courses: { 'millrace_node_events_total{topology="shop",node="attribute",event="orphaned"}': counter(1, 200) },
    labels: { ...inShop, node: 'attribute' },
    summary: '20% of what comes to attribute of shop does not meet its inference.',
  },
  {
    alert: 'MillraceRollback',
    what: 'a rollback is ordered',
    courses: { 'millrace_node_events_total{topology="shop",node="rollback",event="decisions_rollback"}': counter(0, 1 / 60) },
    phases: [120, 1, 60],
    labels: { ...inShop, node: 'rollback' },
    summary: 'rollback of shop has ordered a rollback: see model.commands.',
  },
  {
    alert: 'MillraceRollback',
    what: 'the first rollback of a process is ordered',
    courses: {
      'millrace_node_events_total{topology="shop",node="guard",event="decisions_rollback"}': { kind: 'gauge', healthy: undefined, bad: 1 },
    },
    phases: [120, 4, 60],
    labels: { ...inShop, node: 'guard' },
    summary: 'guard of shop has ordered a rollback: see model.commands.',
  },
  {
    alert: 'MillraceIngestErrors',
    what: 'the ingestion API fails',
    courses: { 'millrace_ingest_requests_total{route="/v1/feedback",status="503"}': counter(0.1, 25) },
    labels: {},
    summary: 'The ingestion API answers 20% of its requests with an error of its own.',
  },
  {
    alert: 'MillraceIngestSlow',
    what: 'the ingestion API is slow',
    courses: histogram('millrace_ingest_request_seconds{route="/v1/feedback"}', {
      0.5: [100, 50],
      1: [100, 50],
      2.5: [100, 100],
      '+Inf': [100, 100],
    }),
    labels: {},
    summary: 'One request in a hundred to the ingestion API takes 2.47s.',
  },
  {
    alert: 'MillraceCommandLate',
    what: 'the first command of a process is not carried out in time',
    courses: { 'millrace_actuator_commands_total{actuator="registry",status="timed_out"}': { kind: 'gauge', healthy: undefined, bad: 1 } },
    phases: [120, 4, 60],
    labels: { actuator: 'registry' },
    summary: 'The actuator registry has not carried out a command in time: it goes on trying.',
  },
  {
    alert: 'MillraceCommandNotApplied',
    what: 'a command meets another version than it expects',
    courses: { 'millrace_actuator_commands_total{actuator="registry",status="conflict"}': counter(0, 1 / 60) },
    phases: [120, 1, 60],
    labels: { actuator: 'registry', status: 'conflict' },
    summary: 'The actuator registry has not carried out a command, and will not: conflict.',
  },
  {
    alert: 'MillraceLatencyBurnsFast',
    what: 'half of all commits are late for an hour',
    courses: ages(0.5),
    phases: fast,
    labels: inShop,
    summary: '38.33% of shop: commits are later than a second, which uses up the budget of 30 days within five.',
  },
  {
    alert: 'MillraceLatencyBurnsSlowly',
    what: 'three commits in a hundred are late for two days',
    courses: ages(0.03),
    phases: slow,
    labels: inShop,
    summary: '1.997% of shop: commits are later than a second, which uses up the budget of 30 days before its time.',
  },
  {
    alert: 'MillraceLossBurnsFast',
    what: 'a twentieth of all records is lost for an hour',
    courses: losses(0.05),
    phases: fast,
    labels: inShop,
    summary: '3.833% of shop: records end in a dead letter, which uses up the budget of 30 days within five.',
  },
  {
    alert: 'MillraceLossBurnsSlowly',
    what: 'three records in a thousand are lost for two days',
    courses: losses(0.003),
    phases: slow,
    labels: inShop,
    summary: '0.1997% of shop: records end in a dead letter, which uses up the budget of 30 days before its time.',
  },
];
