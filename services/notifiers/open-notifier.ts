import type { Notifier } from './notifier.ts';
import type { NotifierSettings } from './notifier-settings.ts';
import { alertmanagerNotifier } from './alertmanager-notifier.ts';
import type { NoticePorts } from './notice-target.ts';
import { slackNotifier } from './slack-notifier.ts';
import { webhookNotifier } from './webhook-notifier.ts';

/** Makes the notifier that settings describe. Opens nothing. */
export const openNotifier = (name: string, settings: NotifierSettings, ports: NoticePorts): Notifier => {
  switch (settings.kind) {
    case 'webhook':
      return webhookNotifier(name, settings.secretFile, ports);
    case 'slack':
      return slackNotifier();
    case 'alertmanager':
      return alertmanagerNotifier(settings);
  }
};
