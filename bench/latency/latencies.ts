import type { Arrivals } from './arrivals.ts';
import type { Sent } from './load.ts';

/** What one record took, in ms. */
export interface Passage {
  readonly sentAt: number;
  /** Of the topic that it was sent to. */
  readonly partition: string;
  /** From its being sent to the committed reader's getting what was made of it. */
  readonly total: number;
  /** Of that: until the broker had acknowledged it, ... */
  readonly acknowledged: number;
  /** ... from then until the process wrote the result, inside its transaction, ... */
  readonly written: number;
  /** ... and from then until the transaction had committed and the reader had it. */
  readonly committed: number;
}

/** The passages of what was sent to a topic and has arrived, and how many have not. */
export const passagesOf = (
  sent: ReadonlyMap<string, Sent>,
  arrivals: Arrivals,
  topic: string,
): { readonly passages: ReadonlyArray<Passage>; readonly missing: number } => {
  const passages: Passage[] = [];
  let missing = 0;
  for (const [place, { at, acknowledged }] of sent) {
    if (!place.startsWith(`${topic}:`)) continue;
    const arrival = arrivals.seen.get(place);
    if (arrival === undefined) missing += 1;
    else
      passages.push({
        sentAt: at,
        partition: place.split(':')[1] ?? '',
        total: arrival.at - at,
        acknowledged: acknowledged - at,
        written: arrival.written - acknowledged,
        committed: arrival.at - arrival.written,
      });
  }
  return { passages, missing };
};
