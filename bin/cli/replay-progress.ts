import cliProgress from 'cli-progress';
import type { Clock } from '../../pipeline/core/ports/clock.ts';
import type { ReplayProgress } from '../../pipeline/runtime/replay/replay-progress.ts';

/** Tells a person how far a replay has come. */
export interface ReplayTeller {
  readonly at: (progress: ReplayProgress) => void;
  readonly done: () => void;
}

/** Between two lines in a pipe, in ms. */
const lineEvery = 3_000;
const second = 1_000;

const rateOf = ({ fed }: ReplayProgress, ms: number): number => Math.round((fed * second) / Math.max(ms, 1));

const lines = (print: (text: string) => void, verb: string, clock: Clock): ReplayTeller => {
  const began = clock.monotonic();
  let next = began + lineEvery;
  return {
    at: (progress) => {
      const now = clock.monotonic();
      if (now < next) return;
      next = now + lineEvery;
      const share = progress.all === 0 ? 100 : Math.floor((100 * progress.done) / progress.all);
      print(`${verb} ${progress.done} of ${progress.all} (${share} %), ${rateOf(progress, now - began)} records/s\n`);
    },
    done: () => undefined,
  };
};

const bar = (clock: Clock): ReplayTeller => {
  const began = clock.monotonic();
  const options = { format: '  {bar} {percentage} %  {value} of {total}, {rate} records/s', hideCursor: true, clearOnComplete: true };
  const shown = new cliProgress.SingleBar({ ...options, stream: process.stdout }, cliProgress.Presets.shades_classic);
  let isOn = false;
  return {
    at: (progress) => {
      const payload = { rate: rateOf(progress, clock.monotonic() - began) };
      if (isOn) shown.update(progress.done, payload);
      else shown.start(progress.all, progress.done, payload);
      isOn = true;
    },
    done: () => {
      if (isOn) shown.stop();
    },
  };
};

/** Progress for whoever reads standard output: a bar on a terminal, a line now and then in a pipe, nothing where a program reads JSON. */
export const replayTeller = (
  out: { readonly print: (text: string) => void; readonly isTerminal: boolean; readonly isJson: boolean; readonly verb?: string },
  clock: Clock,
): ReplayTeller => {
  if (out.isJson) return { at: () => undefined, done: () => undefined };
  return out.isTerminal ? bar(clock) : lines(out.print, out.verb ?? 'replayed', clock);
};
