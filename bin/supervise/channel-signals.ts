import type { SignalSource } from '../../pipeline/runtime/launch/until-signalled.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { endMessage } from './fork-child.ts';

type EndSignal = 'SIGTERM' | 'SIGINT';

/** The process, as far as it is asked to end: by signals, and by its parent over a channel. */
export interface AskedProcess {
  on(event: EndSignal | 'disconnect', listener: () => void): unknown;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

const codes = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * The signals of a process that has a parent. What the parent asks and what comes as a signal are often the same wish, told twice: they count side
 * by side, and a listener hears the first of both, then the second. A parent that has gone has asked. Whoever is asked before anybody
 * listens ends at once: nothing has begun, so there is nothing to drain, and a parent is told 0.
 */
export const channelSignals = (process: AskedProcess, exit: (code: number) => void): SignalSource => {
  const listeners: Record<EndSignal, Set<() => void>> = { SIGTERM: new Set(), SIGINT: new Set() };
  const asked = { signals: 0, parent: 0 };
  let heard = 0;
  const hear = (signal: EndSignal, early: number): void => {
    if (Math.max(asked.signals, asked.parent) <= heard) return;
    heard += 1;
    if (listeners[signal].size === 0) exit(early);
    for (const listener of [...listeners[signal]]) listener();
  };
  const signalled = (signal: EndSignal) => (): void => {
    asked.signals += 1;
    hear(signal, codes[signal]);
  };
  process.on('SIGTERM', signalled('SIGTERM'));
  process.on('SIGINT', signalled('SIGINT'));
  process.on('message', (message) => {
    if (message !== endMessage) return;
    asked.parent += 1;
    hear('SIGTERM', exitCodes.done);
  });
  process.on('disconnect', () => {
    asked.parent = Math.max(asked.parent, 1);
    hear('SIGTERM', exitCodes.done);
  });
  return {
    on: (signal, listener) => listeners[signal].add(listener),
    off: (signal, listener) => listeners[signal].delete(listener),
    exit,
  };
};
