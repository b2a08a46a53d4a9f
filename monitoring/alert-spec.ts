/** What an alert does to people: `page` wakes somebody up, `ticket` is for the next working day. */
export type Severity = 'page' | 'ticket';

/** One alert: a rule of Prometheus and its row of the runbook. Texts for the runbook are Markdown with links as from docs/operations.md. */
export interface AlertSpec {
  /** The rule's name. Its heading in the runbook is the same, and so is the anchor, in lower case. */
  readonly name: string;
  /** PromQL; fires for each series that it gives. */
  readonly expr: string;
  /** For how long it has to hold, as Prometheus writes durations. At once if left out. */
  readonly for?: string;
  readonly severity: Severity;
  /** One line for whoever is called, with Prometheus' templates. */
  readonly summary: string;
  /** The runbook: when it fires, what that means, what to do. */
  readonly when: string;
  readonly means: string;
  readonly todo: string;
}

/** A rule that records a series under a name, for alerts and dashboards. */
export interface RecordSpec {
  readonly record: string;
  readonly expr: string;
}

/** Rules that are evaluated together, in their order: records stand before what reads them. */
export interface RuleGroup {
  readonly name: string;
  readonly records: ReadonlyArray<RecordSpec>;
  readonly alerts: ReadonlyArray<AlertSpec>;
}
