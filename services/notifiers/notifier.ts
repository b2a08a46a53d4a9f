import type { QualityAlert } from '../../schemas/generated/quality-alert.ts';

/** What is posted for a notice; `path` is added to that of the receiver's URL. */
export interface NoticeRequest {
  readonly path?: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How a kind of receiver wants to be told. */
export interface Notifier {
  /** Reads its secrets. Throws `bad_config` naming what is missing. */
  prepare(): Promise<void>;
  /** The request for a notice. Throws `receiver_unavailable` if a secret cannot be read just now. */
  requestOf(notice: QualityAlert): Promise<NoticeRequest>;
}
