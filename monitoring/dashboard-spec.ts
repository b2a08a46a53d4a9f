/** What a line of a panel shows. */
export interface LineSpec {
  readonly expr: string;
  /** Grafana's legend, e.g. `{{node}}`. */
  readonly legend: string;
}

/** Grafana's names of units. */
export type Unit = 'short' | 's' | 'bytes' | 'percentunit' | 'ops' | 'reqps';

/** One panel: lines over time in one unit. Its description is the help text of the metrics that it shows. */
export interface PanelSpec {
  readonly title: string;
  readonly unit: Unit;
  readonly lines: ReadonlyArray<LineSpec>;
}

/** One dashboard: panels two abreast, in their order. */
export interface DashboardSpec {
  /** Its file is called so, and so is its address in Grafana. */
  readonly uid: string;
  readonly title: string;
  /** Whether it is about topologies, of which one can be chosen. */
  readonly byTopology: boolean;
  readonly panels: ReadonlyArray<PanelSpec>;
}
