import type { Page, PageEvent } from '../../../client/page.ts';
import type { Platform } from '../../../client/platform.ts';

interface Timer {
  readonly at: number;
  readonly then: () => void;
}

/** A platform whose time stands still until it is advanced, with Node's own HTTP. */
export interface VirtualPlatform extends Platform {
  /** The waits, in ms, of the timers that are set, in the order in which they end. */
  readonly waits: ReadonlyArray<number>;
  /** Moves the clock and fires what is due, in order. */
  advance(ms: number): void;
}

export const start = Date.UTC(2026, 0, 2, 3, 4, 5);

/** Makes a platform. `random` is what each draw gives. */
export const virtualPlatform = (random = 1, page?: Page): VirtualPlatform => {
  let now = 0;
  const timers = new Set<Timer>();
  const next = (by: number): Timer | undefined => [...timers].filter(({ at }) => at <= by).sort((a, b) => a.at - b.at)[0];
  return {
    now: () => start + now,
    monotonic: () => now,
    random: () => random,
    after: (ms, then) => {
      const timer = { at: now + ms, then };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    fetch: (url, init) => fetch(url, init),
    page,
    get waits() {
      return [...timers].map(({ at }) => at - now).sort((a, b) => a - b);
    },
    advance: (ms) => {
      const end = now + ms;
      for (let timer = next(end); timer !== undefined; timer = next(end)) {
        timers.delete(timer);
        now = Math.max(now, timer.at);
        timer.then();
      }
      now = end;
    },
  };
};

/** A page whose events a test sends. */
export interface FakePage extends Page {
  readonly beacons: ReadonlyArray<{ readonly url: string; readonly json: string }>;
  send(event: PageEvent): void;
  readonly listeners: number;
}

/** A page whose beacons are taken as long as they have at most so many bytes in all. */
export const fakePage = (takes = 65_536): FakePage => {
  const listening = new Set<{ readonly event: PageEvent; readonly then: () => void }>();
  const beacons: { readonly url: string; readonly json: string }[] = [];
  let room = takes;
  let hidden = false;
  return {
    beacons,
    isHidden: () => hidden,
    on: (event, then) => {
      const listener = { event, then };
      listening.add(listener);
      return () => void listening.delete(listener);
    },
    beacon: (url, text) => {
      room -= Buffer.byteLength(text);
      if (room >= 0) beacons.push({ url, json: text });
      return room >= 0;
    },
    send: (event) => {
      hidden ||= event !== 'online';
      for (const listener of listening) if (listener.event === event) listener.then();
    },
    get listeners() {
      return listening.size;
    },
  };
};
