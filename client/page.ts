/** What happens to a page: it is hidden (and may be ended without another word), left, or has the network again. */
export type PageEvent = 'hidden' | 'leave' | 'online';

/** The page of a browser, as far as the client needs it. */
export interface Page {
  isHidden(): boolean;
  /** Calls `then` at each event, until what it returns is called. */
  on(event: PageEvent, then: () => void): () => void;
  /** Hands JSON to the browser, to be posted even when the page is gone. False if the browser does not take so much. */
  beacon(url: string, json: string): boolean;
}

interface Listenable {
  addEventListener(name: string, then: () => void): void;
  removeEventListener(name: string, then: () => void): void;
}

declare const window: Listenable | undefined;
declare const document: (Listenable & { readonly visibilityState: string }) | undefined;
declare const navigator: { sendBeacon(url: string, body: string): boolean };

const listen = (to: Listenable, name: string, then: () => void): (() => void) => {
  to.addEventListener(name, then);
  return () => to.removeEventListener(name, then);
};

/** The page that this program runs in; undefined in Node and in workers. */
export const browserPage = (): Page | undefined => {
  if (typeof window === 'undefined' || typeof document === 'undefined') return undefined;
  const [tab, page] = [window, document];
  const isHidden = (): boolean => page.visibilityState === 'hidden';
  return {
    isHidden,
    on: (event, then) => {
      if (event === 'online') return listen(tab, 'online', then);
      if (event === 'leave') return listen(tab, 'pagehide', then);
      return listen(page, 'visibilitychange', () => isHidden() && then());
    },
    // As plain text: a browser asks the server before it sends another type to another origin, and a page that is left has no time for that.
    beacon: (url, json) => navigator.sendBeacon(url, json),
  };
};
