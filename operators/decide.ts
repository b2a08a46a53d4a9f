import { map, merge } from 'rxjs';
import { withRecords, withValue, type Chunk, type StreamRecord } from '../pipeline/core/chunk.ts';
import { keyReader, type Path } from '../pipeline/core/key.ts';
import type { Context, JoinOperator, NoPorts, StateSpec } from '../pipeline/core/operator.ts';
import type { StreamRef } from '../pipeline/core/stream-ref.ts';
import { knownSide, subjectAt, subjectKey, windowKey } from './decide/book.ts';
import { considered, type Considered } from './decide/considered.ts';
import { afterEvent } from './decide/lifecycle.ts';
import type { DecisionPolicy, PolicyNumbers } from './decide/policy.ts';
import { policyNumbers } from './decide/policy-numbers.ts';
import type { Rule } from './decide/rule.ts';
import { sequentialVsBaseline } from './decide/sequential-vs-baseline.ts';
import type { DecideState, SubjectState } from './decide/state.ts';
import { decodeState, encodeState, stateLayout } from './decide/state-codec.ts';

/** A policy whose rule is told. */
type Ruled<W, E, Out, K extends Path<W>> = DecisionPolicy<W, E, Out, K> & { readonly rule: Rule };

/** What comes of a window: what to remember of it and until when, and the command, if there is one. */
interface Step<W, Out> {
  readonly subject: string;
  readonly considered: Considered<W>;
  readonly keepUntil: number;
  readonly command: { readonly value: Out } | undefined;
}

const stateSpec = <W, E, Out, K extends Path<W>>({
  metric,
  window,
  event,
  subject,
}: DecisionPolicy<W, E, Out, K>): StateSpec<DecideState> => ({
  schema: stateLayout,
  encode: encodeState,
  decode: decodeState,
  shape: { metric, window: window.version, event: event.version, subject },
});

/** How long a final window is kept, ms after its end: for late deployments, and as long as it may be among the last windows. */
const keepFor = ({ remember, span }: PolicyNumbers, size: number): number =>
  span === 'sinceDeployed' ? remember : Math.max(remember, span.lastWindows * size);

/** The left side in one task: takes windows in, looks, and gives out commands. */
const windowSide = <W, E, Out, K extends Path<W>>(
  policy: Ruled<W, E, Out, K>,
  numbers: PolicyNumbers,
  context: Context<DecideState, NoPorts>,
): ((chunk: Chunk<W>) => Chunk<Out>) => {
  const { store } = context;
  const subjectOf = keyReader(policy.subject.ofWindow);
  const desk = { policy, numbers, states: store };
  const step = (value: W, at: number): Step<W, Out> | undefined => {
    const reading = policy.window.of(value);
    if (reading === undefined) return undefined;
    const subject = subjectOf(value);
    const result = considered(desk, { subject, reading, at, window: value });
    if (result === undefined) return undefined;
    const keepUntil = reading.final ? reading.end + keepFor(numbers, reading.end - reading.start) : Infinity;
    const command = result.decision === undefined ? undefined : { value: policy.command.of(result.decision) };
    return { subject, considered: result, keepUntil, command };
  };
  const take = (record: StreamRecord<W>): StreamRecord<Out> | undefined => {
    store.expire(record.asOf);
    const done = context.attempt(record, (value) => step(value, Math.max(record.asOf, record.time)));
    if (!done.ok || done.value === undefined) return undefined;
    const { subject, considered: next, keepUntil, command } = done.value;
    store.put(windowKey(subject, next.window.arm, next.window.start), next.window, keepUntil);
    if (next.state.watch !== undefined) store.put(subjectKey(subject), next.state, Infinity);
    if (next.decision !== undefined) context.count(`decisions_${next.decision.kind}`);
    return command === undefined ? undefined : withValue(record, command.value);
  };
  return (chunk) => {
    const out = chunk.records.map(take).filter((record) => record !== undefined);
    store.expire(chunk.streamTime);
    return withRecords(chunk, out);
  };
};

/** The right side in one task: takes events in and gives nothing out. */
const eventSide = <W, E, Out, K extends Path<W>>(
  policy: Ruled<W, E, Out, K>,
  numbers: PolicyNumbers,
  context: Context<DecideState, NoPorts>,
): ((chunk: Chunk<E>) => Chunk<Out>) => {
  const { store } = context;
  const subjectOf = keyReader(policy.subject.ofEvent);
  const { needsBaseline, reads } = policy.rule;
  const next = (value: E): readonly [key: string, state: SubjectState] | undefined => {
    const event = policy.event.of(value);
    if (event === undefined) return undefined;
    const subject = subjectOf(value);
    const known = (arm: string, since: number): ReturnType<typeof knownSide> => knownSide(store, subject, { arm, since });
    return [
      subjectKey(subject),
      afterEvent(subjectAt(store, subject), event, { numbers, needsBaseline, watchesOn: reads === 'series', known }),
    ];
  };
  return (chunk) => {
    for (const record of chunk.records) {
      store.expire(record.asOf);
      const done = context.attempt(record, next);
      if (done.ok && done.value !== undefined) store.put(...done.value, Infinity);
    }
    store.expire(chunk.streamTime);
    return withRecords(chunk, []);
  };
};

/**
 * Watches a metric of each subject over its combined windows and, when a version breaks the policy, gives out what the policy's `command`
 * makes of the decision. `events` tells which version was deployed when, and what it replaces; both sides are partitioned by the subject.
 *
 * Every revision of a window takes the place of the one before it in the sums of the span, then there may be a look. A decision is a
 * function of the two topics in their order of arrival; it does not depend on chunks. There is at most one rollback for each time that
 * a version is deployed, under an id that a restart makes again. The right side may come late: it is judged by what is still kept of the windows.
 * State: one entry a subject, and one for each arm and window that is open or was closed less than `remember` ago.
 *
 * @throws MillraceError `bad_topology` if a number of the policy is not accepted.
 * @example decide('rollback', t.source('deployments', topics.modelDeployments, { holdsClock: false }), policies.rollback)
 */
export const decide = <W, E, Out, K extends Path<W>>(
  name: string,
  events: StreamRef<E>,
  declared: DecisionPolicy<W, E, Out, K>,
): JoinOperator<W, E, Out, DecideState, NoPorts, K> => {
  const policy = { ...declared, rule: declared.rule ?? sequentialVsBaseline() };
  const numbers = policyNumbers(policy);
  const { name: called, version, metric, better, rule, mode } = policy;
  return {
    shape: 'join',
    name,
    kind: 'decide',
    params: { policy: called, version, metric, better, mode, rule: { name: rule.name, ...rule.params }, ...numbers },
    state: stateSpec(policy),
    right: events,
    stateKey: policy.subject.ofWindow,
    rightKey: policy.subject.ofEvent,
    ...(policy.output === undefined ? {} : { output: policy.output }),
    build: (context) => (left, right) =>
      merge(left.pipe(map(windowSide(policy, numbers, context))), right.pipe(map(eventSide(policy, numbers, context)))),
  };
};
