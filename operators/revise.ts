import { map as mapChunks } from 'rxjs';
import { MillraceError } from '../pipeline/core/errors.ts';
import { keyReader, type Path } from '../pipeline/core/key.ts';
import type { NoPorts, Operator } from '../pipeline/core/operator.ts';
import { type ReviseEntry, reviseEntrySpec } from './revise/entry.ts';
import type { Change, ReviseOptions } from './revise/options.ts';
import { Revising } from './revise/revising.ts';
import { firstBreach } from './validate.ts';

/** What of the options are numbers. */
interface Measures {
  readonly within: number;
  readonly remember: number;
  readonly mostWaiting: number;
}

function* mistakesOf({ within, remember, mostWaiting }: Measures): Iterable<string> {
  if (!(within > 0)) yield `within is ${within} ms and must be more than 0`;
  if (!(remember >= within)) yield `remember is ${remember} ms and must be at least within, ${within}`;
  if (!(mostWaiting >= 1)) yield `mostWaiting is ${mostWaiting} and must be at least 1`;
}

/**
 * Tells how what stands under a key changes: what is said first, what amends it and what takes it back, in any order and repeatedly.
 *
 * Of several amendments the one of the highest `order` stands, whatever the order in which they come; equal ones go by their offset. A
 * retraction is final: nothing stands under its key any more. Amendments and retractions that come before their original wait for it
 * for `within`, and are then rejected as `original_unknown`; so is what comes when the original has been forgotten. An amendment that
 * breaks a rule is rejected under the rule's code, and what stood stays.
 *
 * The partition key stands in `of`. A change has time, key and provenance of the record whose value then stands, or of the retraction. Counts `repeated` (an original or a
 * retraction again, or an amendment that changes nothing), `superseded` (an amendment that a later one overrides), `void` (what comes for
 * something retracted), `waiting` and `forgotten`. One state entry for each key: what stands, as its codec writes it, for `within` after
 * the last change; of what was retracted a mark, for `remember`.
 *
 * @throws MillraceError `bad_topology` listing every mistake in the options.
 * @example
 * revise('revise', { key: ['id'], says: versioned('1', sayingOf), order: versioned('1', ({ at }) => at), isAmendable: versioned('1', () => true),
 *   amend: (_, amendment) => amendment, rules: [], codec: orderType, within: hours(24), remember: days(30) })
 */
export const revise = <T, const K extends Path<T>>(
  name: string,
  options: ReviseOptions<T, K>,
): Operator<T, Change<T>, ReviseEntry, NoPorts, K, `of.${K & string}`> => {
  const { key, says, order, isAmendable, amend, rules, codec, within, remember, mostWaiting = 16 } = options;
  const measures: Measures = { within, remember, mostWaiting };
  const mistakes = [...mistakesOf(measures)];
  if (mistakes.length > 0) throw new MillraceError('bad_topology', `revise ${name}: ${mistakes.join('; ')}`);
  const functions = {
    idOf: keyReader(key),
    says: says.of,
    order: order.of,
    isAmendable: isAmendable.of,
    amend,
    breach: firstBreach(rules),
  };
  const versions = { says: says.version, order: order.version, isAmendable: isAmendable.version };
  return {
    shape: 'step',
    name,
    kind: 'revise',
    params: { key, ...measures, ...versions, rules: rules.map(({ code }) => code) },
    opaque: ['amend', 'rules'],
    state: reviseEntrySpec(codec.schema),
    stateKey: key,
    moves: Object.fromEntries(key.map((path) => [path, `of.${path}`])),
    build: (context) => {
      const revising = new Revising(context, { ...functions, codec, ...measures });
      return mapChunks((chunk) => revising.run(chunk));
    },
  };
};
