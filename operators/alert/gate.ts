import type { Inhibition, Mute } from './policy.ts';
import type { Severity } from './severity.ts';

/** Whether a mute holds at `at` for what has these labels. */
export const isMuted = (mutes: ReadonlyArray<Mute>, labels: Readonly<Record<string, string>>, at: number): boolean =>
  mutes.some(
    ({ match, from, until }) => at >= from && at < until && Object.entries(match).every(([name, value]) => labels[name] === value),
  );

/** Whether another signal of the subject that is at an alert speaks for this one; that something is over is told all the same. */
export const isInhibited = (
  inhibits: ReadonlyArray<Inhibition>,
  { signal, severity }: { readonly signal: string; readonly severity: Severity },
  severityOf: (signal: string) => Severity | undefined,
): boolean => severity !== 'ok' && inhibits.some(({ source, targets }) => targets.includes(signal) && severityOf(source) === 'alert');
