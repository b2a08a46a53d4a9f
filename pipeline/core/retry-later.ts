import { type ErrorCode, MillraceError } from './errors.ts';

/** A failure that is not to be tried again before some time has passed: the other side has asked for it. */
export class RetryLater extends MillraceError {
  /** How long to wait at least, in ms. */
  readonly afterMs: number;

  constructor(code: ErrorCode, message: string, afterMs: number) {
    super(code, message);
    this.name = 'RetryLater';
    this.afterMs = afterMs;
  }
}
