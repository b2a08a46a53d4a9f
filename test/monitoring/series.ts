/** What a series does in a minute: a counter grows by so much a second, a gauge is so much; `undefined` where the series is not there. */
export interface Course {
  readonly kind: 'counter' | 'gauge';
  readonly healthy: number | undefined;
  readonly bad: number | undefined;
}

/** A series by its name and labels as Prometheus writes them. */
export type Courses = Readonly<Record<string, Course>>;

/** Minutes of health, of trouble, and of health again. */
export type Phases = readonly [before: number, bad: number, after: number];

const perMinute = 60;

const steady = (kind: Course['kind'], value: number): Course => ({ kind, healthy: value, bad: value });

/** A counter that grows by so much a second, and by so much in trouble. */
export const counter = (healthy: number, bad = healthy): Course => ({ kind: 'counter', healthy, bad });

/** A gauge. */
export const gauge = (healthy: number | undefined, bad = healthy): Course => ({ kind: 'gauge', healthy, bad });

/** A histogram: observations a second up to each bound, cumulative, healthy and in trouble. */
export const histogram = (name: string, bounds: Readonly<Record<string, readonly [healthy: number, bad: number]>>): Courses => {
  const buckets = Object.entries(bounds).map(([le, [healthy, bad]]) => [le, counter(healthy, bad)] as const);
  const open = name.includes('{') ? name.replace('}', ',') : `${name}{`;
  const named = (suffix: string, rest: string): string => open.replace(/^[a-z_]+/, (metric) => metric + suffix) + rest;
  return {
    ...Object.fromEntries(buckets.map(([le, course]) => [named('_bucket', `le="${le}"}`), course])),
    [named('_count', '}').replace(/[,{]\}$/, (end) => (end === ',}' ? '}' : ''))]: buckets.at(-1)?.[1] ?? counter(0),
  };
};

/** All is well in a topology `shop` that reads 10,000 records a second and 99 % of whose latencies are small. */
export const healthy: Courses = {
  'up{job="millrace",instance="a:9464"}': steady('gauge', 1),
  'millrace_tasks{topology="shop",state="restoring",instance="a:9464"}': steady('gauge', 0),
  'millrace_records_in_total{topology="shop",node="in"}': counter(10_000),
  'millrace_records_rejected_total{topology="shop",node="check",rule="bad_value"}': counter(0.5),
  'millrace_lag_records{topology="shop",topic="clicked"}': gauge(100),
  'millrace_lag_seconds{topology="shop",topic="clicked"}': gauge(0.2),
  'millrace_processed_offsets_total{topology="shop",topic="clicked"}': counter(10_000),
  'millrace_appended_offsets_total{topology="shop",topic="clicked"}': counter(10_000),
  'millrace_stream_time_lag_seconds{topology="shop",task="in/0"}': gauge(1),
  'millrace_waiting_seconds_total{topology="shop",topic="clicked"}': counter(0.1),
  'millrace_partition_pauses_total{topology="shop",topic="clicked"}': counter(0),
  'millrace_transaction_aborts_total{topology="shop"}': counter(0),
  'millrace_delivery_waiting_seconds{topology="shop",node="rows"}': gauge(0.5),
  'millrace_delivery_refused_total{topology="shop",node="posts",rule="http_400"}': counter(0),
  'millrace_node_records_total{topology="shop",node="attribute",direction="in"}': counter(1_000),
  'millrace_node_events_total{topology="shop",node="attribute",event="orphaned"}': counter(1),
  'millrace_node_events_total{topology="shop",node="rollback",event="decisions_rollback"}': counter(0),
  'millrace_actuator_commands_total{actuator="registry",status="applied"}': counter(1 / 60),
  'millrace_actuator_commands_total{actuator="registry",status="dry_run"}': counter(1 / 60),
  'millrace_actuator_commands_total{actuator="registry",status="conflict"}': counter(0),
  'millrace_process_resident_memory_bytes{instance="a:9464"}': gauge(5e8),
  'millrace_nodejs_eventloop_lag_p99_seconds{instance="a:9464"}': gauge(0.02),
  'millrace_ingest_requests_total{route="/v1/feedback",status="202"}': counter(100),
  'millrace_ingest_requests_total{route="/v1/feedback",status="503"}': counter(0.1),
  ...histogram('millrace_ingest_request_seconds{route="/v1/feedback"}', {
    0.5: [100, 100],
    1: [100, 100],
    2.5: [100, 100],
    '+Inf': [100, 100],
  }),
  ...histogram('millrace_commit_seconds{topology="shop"}', { 0.5: [10, 10], 1: [10, 10], 2.5: [10, 10], '+Inf': [10, 10] }),
  ...histogram('millrace_commit_age_seconds{topology="shop"}', { 0.5: [10, 10], 1: [10, 10], 2: [10, 10], '+Inf': [10, 10] }),
};

const isBad = (minute: number, [before, bad]: Phases): boolean => minute >= before && minute < before + bad;

/** The values of a series, one a minute, as promtool reads them. */
export const valuesOf = (course: Course, phases: Phases): string => {
  let total = 0;
  const minutes = phases.reduce((sum, phase) => sum + phase, 0);
  return Array.from({ length: minutes }, (_, minute) => {
    const value = isBad(minute, phases) ? course.bad : course.healthy;
    if (course.kind === 'gauge') return value ?? '_';
    total += perMinute * (value ?? 0);
    return value === undefined ? '_' : Number(total.toFixed(3));
  }).join(' ');
};
