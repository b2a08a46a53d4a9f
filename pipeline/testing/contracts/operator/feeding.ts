import type { Session, Side, Spoil, Subject, Summary } from './session.ts';

/** Spoils nothing. */
export const sound: Spoil = () => undefined;

/** The stream time after the arrival at `at`: what the next one is judged at. */
const timeAfter = <A>({ arrivals, recordOf, end }: Subject<A>, at: number): number => {
  const next = arrivals[at + 1];
  return next === undefined ? end : recordOf(next).asOf;
};

const sideAt = <A>({ arrivals, sideOf }: Subject<A>, at: number): Side => {
  const arrival = arrivals[at];
  return arrival === undefined ? 'left' : sideOf(arrival);
};

/** Where the chunk that begins at `from` ends: after `size` records at most, and before the side changes. */
const endOf = <A>(subject: Subject<A>, from: number, size: number): number => {
  const side = sideAt(subject, from);
  let end = from + 1;
  while (end < from + size && end < subject.arrivals.length && sideAt(subject, end) === side) end += 1;
  return end;
};

/** A stretch of the arrivals, cut into chunks of these sizes, again and again; a size of 0 is an empty chunk. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly sizes: ReadonlyArray<number>;
}

/** Feeds a stretch of the arrivals, chunk by chunk. */
export const feed = <A>(subject: Subject<A>, session: Session<A>, { from, to, sizes }: Stretch): void => {
  let at = from;
  for (let chunk = 0; at < to; chunk++) {
    const size = sizes[chunk % sizes.length] ?? 1;
    const end = size === 0 ? at : Math.min(to, endOf(subject, at, size));
    session.feed(sideAt(subject, at), subject.arrivals.slice(at, end), { streamTime: timeAfter(subject, end - 1) });
    at = end;
  }
};

/** What comes of all arrivals and a flush after them. */
export const outcome = <A>(subject: Subject<A>, sizes: ReadonlyArray<number>, spoil: Spoil = sound): Summary => {
  const session = subject.open(spoil);
  feed(subject, session, { from: 0, to: subject.arrivals.length, sizes });
  return flushed(subject, session);
};

/** Ends a run as a commit does and tells what came of it. */
export const flushed = <A>(subject: Subject<A>, session: Session<A>): Summary => {
  session.feed('left', [], { streamTime: subject.end, signal: 'flush' });
  return session.summary();
};
