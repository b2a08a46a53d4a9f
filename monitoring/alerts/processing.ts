import type { AlertSpec, RecordSpec } from '../alert-spec.ts';
import { quantileBy, rateBy } from '../promql.ts';

const topics = 'topology, topic';

/** How fast lag is cleared, in offsets a second, negative where it grows; and in which time it will be, where it is. */
export const lagRecords: ReadonlyArray<RecordSpec> = [
  {
    record: 'millrace:clearing_rate',
    expr: `${rateBy(topics, 'millrace_processed_offsets_total')} - ${rateBy(topics, 'millrace_appended_offsets_total')}`,
  },
  {
    record: 'millrace:time_to_clear_seconds',
    expr: `sum by (${topics}) (millrace_lag_records) / (millrace:clearing_rate > 0)`,
  },
];

/** Whether processes are there, keep up and commit. */
export const processingAlerts: ReadonlyArray<AlertSpec> = [
  {
    name: 'MillraceDown',
    expr: 'up{job=~"millrace.*"} == 0 or absent(up{job=~"millrace.*"})',
    for: '1m',
    severity: 'page',
    summary:
      '{{ with $labels.instance }}The process {{ . }} has ended or does not answer.{{ else }}Prometheus knows no process of Millrace.{{ end }}',
    when: 'a process does not answer, or Prometheus finds none. The job is expected to be called `millrace`, or something that begins so',
    means: 'it has met what it cannot try again, or a limit',
    todo: 'the last line of standard error has the code: see [When a process stops](#when-a-process-stops)',
  },
  {
    name: 'MillraceRestoring',
    expr: 'millrace_tasks{state="restoring"} > 0',
    for: '10m',
    severity: 'page',
    summary: '{{ $value }} tasks of {{ $labels.instance }} have not been restored for ten minutes.',
    when: '`millrace_tasks{state="restoring"}` is above 0, so that `/readyz` fails, for longer than a restore takes',
    means: 'it starts, restores, or waits for a broker',
    todo: '`/status` and the log; [Restore](#restore)',
  },
  {
    name: 'MillraceLag',
    expr: `max by (${topics}) (millrace_lag_seconds) > 60 and on (${topics}) (millrace:time_to_clear_seconds > 1800 or millrace:clearing_rate <= 0)`,
    for: '10m',
    severity: 'page',
    summary:
      '{{ $labels.topology }} is {{ $value | humanizeDuration }} behind in {{ $labels.topic }} and does not catch up within half an hour.',
    when: '`millrace_lag_seconds` is above a minute, and what is behind will not be cleared within half an hour at the present rates, or grows',
    means: 'it reads more slowly than others write, or does not read',
    todo: 'CPU at one core: more processes, up to the number of partitions. Not at one core: see `waiting_seconds_total`, `commit_seconds`',
  },
  {
    name: 'MillraceStreamTimeStandsStill',
    expr: 'max by (topology, task) (deriv(millrace_stream_time_lag_seconds[15m])) > 0.9 and on (topology) sum by (topology) (rate(millrace_records_in_total[15m])) > 0 unless on (topology) max by (topology) (millrace_lag_seconds) > 60',
    for: '15m',
    severity: 'ticket',
    summary: 'Stream time of {{ $labels.task }} of {{ $labels.topology }} stands still although records come.',
    when: '`millrace_stream_time_lag_seconds` grows as time goes by, while records are read and lag is small',
    means: "one partition brings old records or none and holds the task's clock back; windows do not close",
    todo: '`/status` tells the partitions of the task. A source that says little and seldom is declared with `holdsClock: false`. Quiet ones no longer hold back after `excludeAfter`',
  },
  {
    name: 'MillraceWaits',
    expr: `${rateBy(topics, 'millrace_waiting_seconds_total')} > 0.9`,
    for: '15m',
    severity: 'ticket',
    summary:
      'Tasks of {{ $labels.topology }} have records, and wait for {{ $labels.topic }} {{ $value | humanizePercentage }} of the time.',
    when: '`rate(millrace_waiting_seconds_total[5m])` is near 1 for a topic',
    means: 'tasks have records, but wait for this topic, which may still bring older ones',
    todo: "the topic's broker or its producers are slow. It is a wait, not a loss",
  },
  {
    name: 'MillracePauses',
    expr: `${rateBy(topics, 'millrace_partition_pauses_total')} > 0`,
    for: '30m',
    severity: 'ticket',
    summary: 'Partitions of {{ $labels.topic }} are paused again and again: their buffers in {{ $labels.topology }} are full.',
    when: '`rate(millrace_partition_pauses_total[5m])` is above 0 for half an hour',
    means: 'one side of a join runs far ahead of the other and has filled its buffer (`bufferBytes`)',
    todo: 'find what the task waits for, as for [MillraceWaits](#millracewaits)',
  },
  {
    name: 'MillraceAborts',
    expr: `${rateBy('topology', 'millrace_transaction_aborts_total')} > 0.1`,
    for: '10m',
    severity: 'ticket',
    summary: 'Transactions of {{ $labels.topology }} are rolled back again and again.',
    when: '`rate(millrace_transaction_aborts_total[5m])` is above one in ten seconds for longer than a rebalance or a restart takes',
    means: 'commits are rolled back and done again; results are right, but late',
    todo: "the log names the reason. Two processes with one slot? A broker that is slower than the transaction's time-out?",
  },
  {
    name: 'MillraceProducerRenewals',
    expr: `${rateBy('topology, code', 'millrace_producer_renewals_total')} > 0`,
    for: '10m',
    severity: 'ticket',
    summary: 'Producers of {{ $labels.topology }} fail and are made anew: {{ $labels.code }}.',
    when: '`rate(millrace_producer_renewals_total[5m])` is above 0 for ten minutes',
    means: 'producers fail and are made anew; results are right, but late: tasks are opened again each time',
    todo: "the label `code` says how they fail: `cluster_unavailable` and `transaction_expired` lead to a slow broker or machine, `producer_failed` to the client's lines in the log",
  },
  {
    name: 'MillraceSlowCommits',
    expr: `${quantileBy(0.99, 'topology', 'millrace_commit_seconds')} > 1`,
    for: '10m',
    severity: 'ticket',
    summary: 'One commit in a hundred of {{ $labels.topology }} takes {{ $value | humanizeDuration }}.',
    when: 'the p99 of `millrace_commit_seconds` is above 1 s',
    means: 'brokers answer slowly',
    todo: "the brokers' disks and replicas; `min.insync.replicas`",
  },
  {
    name: 'MillraceEventLoop',
    expr: 'millrace_nodejs_eventloop_lag_p99_seconds > 1',
    for: '5m',
    severity: 'ticket',
    summary: 'The event loop of {{ $labels.instance }} stands still for {{ $value | humanizeDuration }} at a time.',
    when: '`millrace_nodejs_eventloop_lag_p99_seconds` is above 1 s',
    means: 'something in the process computes for too long: a function of the topology, a huge record',
    todo: 'a CPU profile (`node --cpu-prof`)',
  },
  {
    name: 'MillraceMemory',
    expr: 'millrace_process_resident_memory_bytes > 2.3e9',
    for: '10m',
    severity: 'ticket',
    summary: '{{ $labels.instance }} takes {{ $value | humanize1024 }}B of memory.',
    when: '`millrace_process_resident_memory_bytes` is near the limit, which is 2,560 MiB in the Kubernetes manifests: set the threshold to nine tenths of yours',
    means: 'more keys than planned, or stream time stands still, so nothing expires. `millrace_state_bytes` tells which node holds them',
    todo: '[Sizing](#sizing); stream-time lag; more processes',
  },
];
