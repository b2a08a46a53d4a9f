import { browserPage, type Page } from './page.ts';

/** What the client needs of where it runs: time, chance, HTTP, and the page if there is one. */
export interface Platform {
  /** ms since the epoch, UTC. */
  now(): number;
  /** ms from a fixed point that never jumps. */
  monotonic(): number;
  /** A number from 0 up to 1. */
  random(): number;
  /** Calls `then` once after so many ms, unless what it returns is called before. */
  after(ms: number, then: () => void): () => void;
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Undefined outside of browsers. */
  readonly page: Page | undefined;
}

/** The platform that this program runs on. A timer keeps a Node process alive. */
export const thisPlatform = (): Platform => ({
  now: () => Date.now(),
  monotonic: () => performance.now(),
  random: () => Math.random(),
  after: (ms, then) => {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
  fetch: (url, init) => fetch(url, init),
  page: browserPage(),
});
