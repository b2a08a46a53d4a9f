import cliProgress from 'cli-progress';
import type { Clock } from '../../../pipeline/core/ports/clock.ts';

/** Tells a person how far a run has come. */
export interface Progress {
  /** A line that stays. */
  say(line: string): void;
  /** So many of all messages have been sent. */
  sent(count: number, total: number): void;
  /** What is still under way. */
  waiting(left: string): void;
  /** Ends what moves on the screen. */
  done(): void;
}

/** Between two plain lines, in ms. */
const lineEvery = 3_000;

const share = (count: number, total: number): string => `${total === 0 ? 100 : Math.floor((100 * count) / total)} %`;

/** Lines for a pipe or a log file: one every few seconds at most. */
const plainProgress = (print: (text: string) => void, clock: Clock): Progress => {
  let next = 0;
  const seldom = (line: string): void => {
    if (clock.monotonic() < next) return;
    next = clock.monotonic() + lineEvery;
    print(`${line}\n`);
  };
  return {
    say: (line) => print(`${line}\n`),
    sent: (count, total) => seldom(`sent ${count} of ${total} messages (${share(count, total)})`),
    waiting: (left) => seldom(`left: ${left}`),
    done: () => undefined,
  };
};

/** A bar that moves, for a terminal. */
const barProgress = (print: (text: string) => void): Progress => {
  const options = { format: '  {bar} {percentage} %  {what}', hideCursor: true, clearOnComplete: true, stream: process.stdout };
  const bar = new cliProgress.SingleBar(options, cliProgress.Presets.shades_classic);
  let isOn = false;
  const show = (count: number, total: number, what: string): void => {
    if (isOn) bar.update(count, { what });
    else bar.start(total, count, { what });
    isOn = true;
  };
  const done = (): void => {
    if (isOn) bar.stop();
    isOn = false;
  };
  let total = 1;
  return {
    say: (line) => {
      done();
      print(`${line}\n`);
    },
    sent: (count, all) => {
      total = all;
      show(count, all, `${count} of ${all} messages sent`);
    },
    waiting: (left) => show(total, total, left),
    done,
  };
};

/** Progress for whoever reads standard output: a bar on a terminal, plain lines in a pipe. */
export const progressFor = (out: { readonly print: (text: string) => void; readonly isTerminal: boolean }, clock: Clock): Progress =>
  out.isTerminal ? barProgress(out.print) : plainProgress(out.print, clock);
