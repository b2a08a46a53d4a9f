import type { DashboardSpec } from '../dashboard-spec.ts';
import { ingest } from './ingest.ts';
import { deliveries, overview, state } from './topologies.ts';

/** Every dashboard: the source of docker/grafana/dashboards. */
export const dashboards: ReadonlyArray<DashboardSpec> = [overview, state, deliveries, ingest];
