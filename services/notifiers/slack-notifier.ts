import type { QualityAlert } from '../../schemas/generated/quality-alert.ts';
import { detailOf, headlineOf } from './notice-text.ts';
import type { Notifier } from './notifier.ts';

const marks = {
  UNKNOWN: ':grey_question:',
  OK: ':white_check_mark:',
  WARNING: ':warning:',
  ALERT: ':rotating_light:',
  NO_DATA: ':ghost:',
} as const;

/** Slack reads `&`, `<` and `>` as its own: names come from outside and may not make links or call everybody. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The payload of an incoming webhook: a text for notifications, and the same with its numbers as blocks. */
export const slackMessage = (notice: QualityAlert): unknown => {
  const text = `${marks[notice.severity]} ${escaped(headlineOf(notice))}`;
  return {
    text,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: `*${text}*` } },
      { type: 'context', elements: [{ type: 'mrkdwn', text: escaped(detailOf(notice)) }] },
    ],
  };
};

/** Tells Slack, or what reads incoming webhooks as Slack does (Mattermost, Rocket.Chat). The URL is the secret. */
export const slackNotifier = (): Notifier => ({
  prepare: () => Promise.resolve(),
  requestOf: (notice) => Promise.resolve({ body: JSON.stringify(slackMessage(notice)) }),
});
