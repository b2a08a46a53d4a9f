import type { DashboardSpec } from '../dashboard-spec.ts';
import { chosen, most, panel, quantiles, rate, sum } from './lines.ts';

/** Whether all is well: rates, lag in time, latency, errors, budgets. */
export const overview: DashboardSpec = {
  uid: 'millrace-overview',
  title: 'Millrace, overview',
  byTopology: true,
  panels: [
    panel('Records in', 'ops', rate(chosen('millrace_records_in_total'), 'topology', 'node')),
    panel('Records out', 'ops', rate(chosen('millrace_records_out_total'), 'topology', 'node')),
    panel('Lag, in time', 's', most(chosen('millrace_lag_seconds'), 'topology', 'topic')),
    panel('Time until lag is cleared', 's', most(chosen('millrace:time_to_clear_seconds'), 'topology', 'topic')),
    panel('Lag, in records', 'short', sum(chosen('millrace_lag_records'), 'topology', 'topic')),
    panel(
      'Read and appended',
      'ops',
      { ...rate(chosen('millrace_processed_offsets_total'), 'topic'), legend: '{{topic}} processed' },
      { ...rate(chosen('millrace_appended_offsets_total'), 'topic'), legend: '{{topic}} appended' },
    ),
    panel('Latency of a hop', 's', ...quantiles(chosen('millrace_commit_age_seconds_bucket'))),
    panel('Commits', 's', ...quantiles(chosen('millrace_commit_seconds_bucket'))),
    panel('Rejects', 'ops', rate(chosen('millrace_records_rejected_total'), 'node', 'rule')),
    panel('Aborted transactions', 'ops', rate(chosen('millrace_transaction_aborts_total'), 'topology')),
    panel('Producers made anew', 'ops', rate(chosen('millrace_producer_renewals_total'), 'topology', 'code')),
    panel(
      'Share of late commits and lost records, by hour',
      'percentunit',
      { expr: chosen('millrace:late:ratio_rate1h'), legend: '{{topology}} late' },
      { expr: chosen('millrace:lost:ratio_rate1h'), legend: '{{topology}} lost' },
    ),
    panel('Event loop, p99', 's', most('millrace_nodejs_eventloop_lag_p99_seconds', 'instance')),
    panel('CPU', 'percentunit', rate('millrace_process_cpu_seconds_total', 'instance')),
  ],
};

/** Tasks, what they remember, their clocks, and what they wait for. */
export const state: DashboardSpec = {
  uid: 'millrace-state',
  title: 'Millrace, state and time',
  byTopology: true,
  panels: [
    panel('Tasks', 'short', sum(chosen('millrace_tasks'), 'topology', 'state')),
    panel('Changelog records read to restore', 'ops', rate(chosen('millrace_restore_records_total'), 'topology')),
    panel('State, entries', 'short', sum(chosen('millrace_state_entries'), 'node')),
    panel('State, bytes', 'bytes', sum(chosen('millrace_state_bytes'), 'node')),
    panel('Memory', 'bytes', most('millrace_process_resident_memory_bytes', 'instance')),
    panel('Heap', 'bytes', most('millrace_nodejs_heap_size_used_bytes', 'instance')),
    panel('Stream time behind the wall clock', 's', most(chosen('millrace_stream_time_lag_seconds'), 'task')),
    panel('Waiting for another topic, of each second', 'percentunit', rate(chosen('millrace_waiting_seconds_total'), 'topic')),
    panel('Buffered', 'bytes', sum(chosen('millrace_buffered_bytes'), 'task')),
    panel('Pauses for back-pressure', 'ops', rate(chosen('millrace_partition_pauses_total'), 'topic')),
    panel('Records through nodes', 'ops', rate(chosen('millrace_node_records_total'), 'node', 'direction')),
    panel('What nodes count', 'ops', rate(chosen('millrace_node_events_total'), 'node', 'event')),
    panel('Records in a chunk', 'short', ...quantiles(chosen('millrace_chunk_records_bucket'))),
  ],
};

/** What goes out of Kafka: to tables and HTTP endpoints. */
export const deliveries: DashboardSpec = {
  uid: 'millrace-deliveries',
  title: 'Millrace, deliveries',
  byTopology: true,
  panels: [
    panel('Rows delivered', 'ops', rate(chosen('millrace_delivery_rows_total'), 'node')),
    panel('Batches delivered', 'ops', rate(chosen('millrace_delivery_batches_total'), 'node')),
    panel('Oldest row that waits', 's', most(chosen('millrace_delivery_waiting_seconds'), 'node')),
    panel('Age of the oldest row of a batch', 's', ...quantiles(chosen('millrace_delivery_age_seconds_bucket'), 'node')),
    panel('How long a batch takes', 's', ...quantiles(chosen('millrace_delivery_seconds_bucket'), 'node')),
    panel('Retries', 'ops', rate(chosen('millrace_delivery_retries_total'), 'node')),
    panel('Refused', 'ops', rate(chosen('millrace_delivery_refused_total'), 'node', 'rule')),
  ],
};
