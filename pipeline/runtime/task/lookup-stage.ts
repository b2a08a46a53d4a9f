import { Observable } from 'rxjs';
import { type Chunk, type StreamRecord, withRecords, withValue } from '../../core/chunk.ts';
import type { Context, LookupOperator } from '../../core/operator.ts';
import type { Along } from './redriving.ts';

/** An answer to one key, or that none came in time. */
export type Answer = { readonly found: unknown } | 'late';

/** A lookup that tasks share: batched, cached and bounded behind this. */
export interface SharedLookup {
  /** Answers each key, at the latest at the deadline; never rejects. */
  ask(keys: ReadonlyArray<string>, deadline: number): Promise<ReadonlyMap<string, Answer>>;
}

/** A lookup as the wiring of one task sees it. */
export interface LookupStage extends SharedLookup {
  /** A chunk has begun to wait, or has gone on: a commit waits until none does. */
  waiting(by: 1 | -1): void;
  /** Keeps the way of a chunk that is redriven while it waits. */
  along(): Along;
  /** Whether the task still wants what comes of its chunks: not after a rollback, nor after it was closed. */
  isWanted(): boolean;
}

type Lookup = LookupOperator<unknown, unknown, unknown>;

type Guard = Pick<Context<unknown, unknown>, 'attempt'>;

/** The records whose key could be told, each with it; the others have been rejected by the guard. */
const keyed = (operator: Lookup, chunk: Chunk<unknown>, guard: Guard): ReadonlyArray<readonly [string, StreamRecord<unknown>]> =>
  chunk.records.flatMap((record) => {
    const key = guard.attempt(record, (value) => operator.keyOf(value));
    return key.ok ? [[key.value, record] as const] : [];
  });

const answered = async (operator: Lookup, stage: LookupStage, work: { chunk: Chunk<unknown>; guard: Guard }): Promise<Chunk<unknown>> => {
  const { chunk, guard } = work;
  const asked = keyed(operator, chunk, guard);
  if (asked.length === 0) return withRecords(chunk, []);
  const answers = await stage.ask([...new Set(asked.map(([key]) => key))], operator.deadline);
  if (!stage.isWanted()) return withRecords(chunk, []);
  const records = asked.flatMap(([key, record]) => {
    const answer = answers.get(key) ?? 'late';
    const value = guard.attempt(record, (before) => operator.merge(before, answer === 'late' ? 'late' : answer.found));
    return value.ok ? [withValue(record, value.value)] : [];
  });
  return withRecords(chunk, records);
};

/** Asks for the keys of each chunk at once and lets the chunks go on in the order in which they came, those aside that nobody wants any more. */
export const lookupChunks =
  (operator: Lookup, stage: LookupStage, guard: Guard) =>
  (chunks: Observable<Chunk<unknown>>): Observable<Chunk<unknown>> =>
    new Observable((subscriber) => {
      let before = Promise.resolve();
      const enqueue = (chunk: Chunk<unknown>): void => {
        stage.waiting(1);
        const along = stage.along();
        const answer = answered(operator, stage, { chunk, guard });
        before = before
          .then(() => answer)
          .then(
            (ready) => {
              if (stage.isWanted()) along(() => subscriber.next(ready));
            },
            (error: unknown) => subscriber.error(error),
          )
          .finally(() => stage.waiting(-1));
      };
      return chunks.subscribe({ next: enqueue, error: (error: unknown) => subscriber.error(error) });
    });
