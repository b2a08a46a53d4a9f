import { MillraceError } from '../../pipeline/core/errors.ts';
import type { Topology } from '../../pipeline/core/graph.ts';
import { type Letter, letterOf } from '../../pipeline/runtime/redrive/letter.ts';
import { readLetters } from '../../pipeline/runtime/redrive/read-letters.ts';
import { isMeant } from '../../pipeline/runtime/redrive/selection.ts';
import { judgeOf } from '../../pipeline/runtime/redrive/verdict.ts';
import type { Services } from '../services/services.ts';
import type { RedriveRequest } from './redrive-request.ts';
import { type OpenedLetter, openedLetter, type ShownLetter, shownLetter } from './shown-letter.ts';

/** What is looked into. */
export interface Browsed {
  readonly topology: Topology;
  readonly services: Pick<Services, 'cluster' | 'wire'>;
  readonly deadLetter: string;
}

/** The first letters that are meant, up to the limit, and how many are meant in all. */
export const listLetters = async (
  { topology, services, deadLetter }: Browsed,
  { selection, limit }: RedriveRequest,
): Promise<{ readonly letters: ReadonlyArray<ShownLetter>; readonly meant: number }> => {
  const judge = judgeOf(topology);
  const letters: ShownLetter[] = [];
  let meant = 0;
  await readLetters(services.cluster, { topic: deadLetter, range: selection.range }, (records) => {
    for (const letter of records.map(letterOf).filter((each) => isMeant(selection, each))) {
      meant += 1;
      if (letters.length < limit) letters.push(shownLetter(letter, judge(letter)));
    }
    return Promise.resolve();
  });
  return { letters, meant };
};

/** One letter with its contents. Throws `bad_config` if none lies there. */
export const showLetter = async (
  { topology, services, deadLetter }: Browsed,
  at: NonNullable<RedriveRequest['show']>,
): Promise<OpenedLetter> => {
  let found: Letter | undefined;
  const range = { offsets: [at], from: Number.MAX_SAFE_INTEGER };
  await readLetters(services.cluster, { topic: deadLetter, range }, (records) => {
    found ??= records.map(letterOf)[0];
    return Promise.resolve();
  });
  if (found === undefined) throw new MillraceError('bad_config', `no record lies at ${deadLetter}:${at.partition}:${at.from}`);
  return openedLetter({ topology, wire: services.wire }, found, judgeOf(topology)(found));
};
