import { map as mapChunks, merge } from 'rxjs';
import { MillraceError } from '../pipeline/core/errors.ts';
import { keyReader, type Path } from '../pipeline/core/key.ts';
import type { JoinOperator } from '../pipeline/core/operator.ts';
import type { StreamRef } from '../pipeline/core/stream-ref.ts';
import { days } from '../pipeline/core/time.ts';
import { entrySpec, type JoinEntry } from './join/entry.ts';
import { Joining, type JoinPlan, type JoinPorts } from './join/joining.ts';
import type { JoinOptions } from './join/options.ts';

/** What of a join's options are numbers and paths. */
interface Measures {
  readonly on: ReadonlyArray<string>;
  readonly rightOn: ReadonlyArray<string>;
  readonly within: number;
  readonly lateness: number;
  readonly orphanFor: number;
  readonly mostWaiting: number;
}

function* mistakesOf({ on, rightOn, within, lateness, orphanFor, mostWaiting }: Measures): Iterable<string> {
  if (on.length === 0 || on.length !== rightOn.length) yield `on has ${on.length} paths and rightOn ${rightOn.length}: they pair up`;
  if (!(within > 0)) yield `within is ${within} ms and must be more than 0`;
  if (!(lateness >= 0)) yield `lateness is ${lateness} ms and must not be negative`;
  if (!(orphanFor >= 0)) yield `orphanFor is ${orphanFor} ms and must not be negative`;
  if (!(mostWaiting >= 1)) yield `mostWaiting is ${mostWaiting} and must be at least 1`;
}

/**
 * Matches each record of a stream with the one record of another stream that has the same key, whichever comes first.
 *
 * Two records match if their event times are at most `within` apart. Each side is remembered until `within` + `lateness` after the later
 * of its event time and the stream time at which it came, so the order of arrival does not matter among records that are at most `lateness`
 * late. Matches leave in the order in which their later record came, with time, key and provenance of the left one. A left record that
 * met nothing leaves by the port `orphans` and can still be matched for `orphanFor`: then the match leaves with `late` set, and a
 * `Tombstone` of the orphan by the port, in one commit. The right records themselves go nowhere.
 *
 * What throws in a function rejects the record that it was called for: also a left one that has waited, which is then remembered no more.
 * Counts `matched`, `matched_late`, `waiting`, `orphaned`, `forgotten` (orphans whose time is up) and `repeated`. One state entry for each
 * key: what is carried of the right record and the left records that wait, in bytes.
 *
 * @throws MillraceError `bad_topology` listing every mistake in the options.
 * @example
 * join('attribute', inferences, {
 *   on: ['tenant', 'target.id'], rightOn: ['tenant', 'inference_id'], within: hours(24), lateness: hours(1),
 *   left: feedbackEvent, carry: { type: summary, project: summaryOf }, match: attributed, orphan: orphaned, output: attributedFeedback, keyed: ['tenant', 'feedback.target.id'],
 * })
 */
export const join = <Left, Right, Carried, Out, Orphan, const K extends Path<Left>, const Gives extends Path<Out> = never>(
  name: string,
  right: StreamRef<Right>,
  options: JoinOptions<Left, Right, Carried, Out, Orphan, K, Gives>,
): JoinOperator<Left, Right, Out, JoinEntry, JoinPorts<Orphan>, K, Gives> => {
  const { on, rightOn, within, lateness, output, keyed, orphanFor = days(30), mostWaiting = 256 } = options;
  const measures: Measures = { on, rightOn, within, lateness, orphanFor, mostWaiting };
  const mistakes = [...mistakesOf(measures)];
  if (mistakes.length > 0) throw new MillraceError('bad_topology', `join ${name}: ${mistakes.join('; ')}`);
  const plan = planOf(options, measures);
  return {
    shape: 'join',
    name,
    kind: 'join',
    params: { ...measures, combines: options.combine !== undefined },
    opaque: ['carry', 'match', 'orphan', ...(options.combine === undefined ? [] : ['combine'])],
    right,
    rightKey: rightOn,
    state: entrySpec([options.left.schema, options.carry.type.schema], { rightOn }),
    stateKey: on,
    ports: ['orphans'],
    holds: within + lateness,
    lateness,
    ...(output === undefined ? {} : { output }),
    ...(keyed === undefined ? {} : { keyed }),
    build: (context) => (lefts, rights) => {
      const joining = new Joining(context, plan);
      return merge(lefts.pipe(mapChunks((chunk) => joining.left(chunk))), rights.pipe(mapChunks((chunk) => joining.right(chunk))));
    },
  };
};

const planOf = <Left, Right, Carried, Out, Orphan, K extends Path<Left>, Gives extends Path<Out>>(
  { left, carry, combine, match, orphan }: JoinOptions<Left, Right, Carried, Out, Orphan, K, Gives>,
  { on, rightOn, within, lateness, orphanFor, mostWaiting }: Measures,
): JoinPlan<Left, Right, Carried, Out, Orphan> => ({
  leftKey: keyReader(on),
  rightKey: keyReader(rightOn),
  within,
  // A record that is exactly `lateness` late must still find the other side, which ends at its expiry, not after it.
  keepFor: within + lateness + 1,
  orphanFor,
  mostWaiting,
  left,
  carry,
  combine,
  match,
  orphan,
});
