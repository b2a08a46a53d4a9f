import type { AlertSpec } from '../alert-spec.ts';
import { happened, quantileBy, rateBy } from '../promql.ts';

const orphaned = rateBy('topology, node', 'millrace_node_events_total{event="orphaned"}');
const arrived = rateBy('topology, node', 'millrace_node_records_total{direction="in"}');

/** What becomes of records: rejects, deliveries, orphans, rollbacks. */
export const outcomeAlerts: ReadonlyArray<AlertSpec> = [
  {
    name: 'MillraceRejects',
    expr: `${rateBy('topology, node, rule', 'millrace_records_rejected_total')} > 1`,
    for: '5m',
    severity: 'ticket',
    summary: '{{ $labels.node }} of {{ $labels.topology }} rejects {{ $value | humanize }} records a second as {{ $labels.rule }}.',
    when: '`rate(millrace_records_rejected_total[5m])` by `rule` is above one a second',
    means: 'a producer, a schema or a rule has changed',
    todo: 'look at the dead letter of that rule and node: [Dead letter](#dead-letter)',
  },
  {
    name: 'MillraceDeliveryWaits',
    expr: 'max by (topology, node) (millrace_delivery_waiting_seconds) > 60',
    for: '5m',
    severity: 'ticket',
    summary: 'Rows of {{ $labels.node }} have waited for {{ $value | humanizeDuration }} to be delivered.',
    when: '`millrace_delivery_waiting_seconds` is above a minute; mostly `millrace_delivery_retries_total` rises with it',
    means: 'ClickHouse or a receiver does not answer or refuses. Rows wait in their topic, processing goes on',
    todo: '`/status` says under `trouble` what holds the delivery up. Look at the retention of the delivery topic: that is how long it may last',
  },
  {
    name: 'MillraceDeliveryRefused',
    expr: happened('topology, node, rule', 'millrace_delivery_refused_total'),
    severity: 'ticket',
    summary: 'The receiver of {{ $labels.node }} refuses records ({{ $labels.rule }}): see its dead letter.',
    when: '`millrace_delivery_refused_total` has grown within five minutes',
    means: 'an HTTP receiver refuses records, or they were given up',
    todo: "the delivery's dead letter has them, with the answer: [deliveries](deliveries.md#what-it-answers)",
  },
  {
    name: 'MillraceOrphans',
    expr: `${orphaned} / ${arrived} > 0.05`,
    for: '15m',
    severity: 'ticket',
    summary: '{{ $value | humanizePercentage }} of what comes to {{ $labels.node }} of {{ $labels.topology }} does not meet its inference.',
    when: 'more than a twentieth of what comes to a node is `orphaned`, by `millrace_node_events_total`',
    means: 'feedback does not meet its inference: the inference log is late or incomplete, or ids do not agree',
    todo: 'lag of `inference.logged`; the topic `feedback.orphaned`',
  },
  {
    name: 'MillraceRollback',
    expr: happened('topology, node', 'millrace_node_events_total{event="decisions_rollback"}'),
    severity: 'page',
    summary: '{{ $labels.node }} of {{ $labels.topology }} has ordered a rollback: see model.commands.',
    when: '`millrace_node_events_total{event="decisions_rollback"}` has grown within five minutes',
    means: 'a rollback was ordered',
    todo: '`model.commands` has the evidence, with a query that shows its windows',
  },
  {
    name: 'MillraceIngestErrors',
    expr: 'sum(rate(millrace_ingest_requests_total{status=~"5.."}[5m])) / sum(rate(millrace_ingest_requests_total[5m])) > 0.01',
    for: '5m',
    severity: 'page',
    summary: 'The ingestion API answers {{ $value | humanizePercentage }} of its requests with an error of its own.',
    when: 'more than one request in a hundred to the ingestion API is answered with a status of 500 or above',
    means:
      'the log does not confirm records in time, or the process holds as much unconfirmed as it may. Clients were not told that their record is safe, and send it again',
    todo: 'the brokers and `min.insync.replicas`; `millrace_ingest_in_flight_bytes`; more processes. [The ingestion API](ingest.md)',
  },
  {
    name: 'MillraceIngestSlow',
    expr: `${quantileBy(0.99, '', 'millrace_ingest_request_seconds')} > 1`,
    for: '10m',
    severity: 'ticket',
    summary: 'One request in a hundred to the ingestion API takes {{ $value | humanizeDuration }}.',
    when: 'the p99 of `millrace_ingest_request_seconds` is above 1 s',
    means: 'an answer waits for all replicas in sync: brokers are slow, or the process is busy',
    todo: "the brokers' disks and replicas; CPU of the process; `millrace_nodejs_eventloop_lag_p99_seconds`",
  },
];
