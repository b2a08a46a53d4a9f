import type { AlertSeverity, QualityAlert } from '../../schemas/generated/quality-alert.ts';
import { detailOf, headlineOf, isoOf } from './notice-text.ts';
import type { Notifier } from './notifier.ts';
import type { SettingsOf } from './notifier-settings.ts';

/** An alert as `POST /api/v2/alerts` of Alertmanager takes it (`postableAlert` of its OpenAPI description). */
export interface PostableAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt?: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
}

type Settings = Pick<SettingsOf<'alertmanager'>, 'holdMs' | 'labels' | 'generatorUrl'>;

const severityLabel: Readonly<Record<AlertSeverity, string>> = {
  UNKNOWN: 'unknown',
  OK: 'ok',
  WARNING: 'warning',
  ALERT: 'alert',
  NO_DATA: 'no-data',
};

/**
 * What Alertmanager is told of a notice. The severity is a label, so that routes can go by it: a change of it ends one alert and begins another. What goes on
 * ends `holdMs` after the notice unless it is told again, so that nothing stays for ever that Millrace has lost sight of.
 */
export const alertsFor = (notice: QualityAlert, { holdMs, labels, generatorUrl }: Settings): ReadonlyArray<PostableAlert> => {
  const { tenant, model_name, model_version, signal, policy, severity, previous, since, told_at } = notice;
  const named = { ...labels, alertname: 'MillraceQuality', tenant, model_name, model_version, signal, policy };
  const alert = (of: AlertSeverity, times: Pick<PostableAlert, 'startsAt' | 'endsAt'>): PostableAlert => ({
    labels: { ...named, severity: severityLabel[of] },
    annotations: { summary: headlineOf(notice), description: detailOf(notice) },
    ...times,
    ...(generatorUrl === undefined ? {} : { generatorURL: generatorUrl }),
  });
  const over = previous !== 'OK' && previous !== severity ? [alert(previous, { endsAt: isoOf(told_at) })] : [];
  if (severity === 'OK') return over;
  return [...over, alert(severity, { startsAt: isoOf(since), endsAt: isoOf(told_at + holdMs * 1000) })];
};

/** Tells Alertmanager, by version 2 of its API. */
export const alertmanagerNotifier = (settings: Settings): Notifier => ({
  prepare: () => Promise.resolve(),
  requestOf: (notice) => Promise.resolve({ path: '/api/v2/alerts', body: JSON.stringify(alertsFor(notice, settings)) }),
});
