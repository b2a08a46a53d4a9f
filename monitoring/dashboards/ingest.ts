import type { DashboardSpec } from '../dashboard-spec.ts';
import { most, panel, quantiles, rate } from './lines.ts';

/** The ingestion API. */
export const ingest: DashboardSpec = {
  uid: 'millrace-ingest',
  title: 'Millrace, ingestion',
  byTopology: false,
  panels: [
    panel('Requests', 'reqps', rate('millrace_ingest_requests_total', 'route', 'status')),
    panel('How long a request takes', 's', ...quantiles('millrace_ingest_request_seconds_bucket', 'route')),
    panel('Records', 'ops', rate('millrace_ingest_records_total', 'kind', 'result')),
    panel('Unconfirmed', 'bytes', most('millrace_ingest_in_flight_bytes', 'instance')),
    panel('Reference data, offsets read', 'short', most('millrace_ingest_reference_offset', 'topic', 'partition')),
    panel('Event loop, p99', 's', most('millrace_nodejs_eventloop_lag_p99_seconds', 'instance')),
  ],
};
