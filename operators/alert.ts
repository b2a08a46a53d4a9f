import { map } from 'rxjs';
import type { Path } from '../pipeline/core/key.ts';
import type { NoPorts, Operator } from '../pipeline/core/operator.ts';
import { AlertTask } from './alert/alert-task.ts';
import { type AlertPolicy, alertNumbers } from './alert/policy.ts';
import { decodeState, encodeState, type SignalState, stateLayout } from './alert/state.ts';

/**
 * Watches signals of each subject over its windows, and gives out a notice when people have to be told: of a warning, an alert, that it is over, that there is
 * no data, and again while it lasts.
 *
 * A signal gets worse when `raiseAfter` windows in a row say so, and better when `clearAfter` do. A revision of a window takes its place. What is muted or
 * inhibited is not told, and is told afterwards if it still is so: at the next window or after as long as a reminder takes. Time is stream time, so a
 * replay tells the same under the same ids. State: one entry for each signal of a subject, with its last windows, until it is forgotten.
 *
 * @throws MillraceError `bad_topology` if a number of the policy is not accepted.
 * @example alert('quality-alerts', policies.qualityAlerts)
 */
export const alert = <T, Out, const K extends Path<T>>(
  name: string,
  policy: AlertPolicy<T, Out, K>,
): Operator<T, Out, SignalState, NoPorts, K> => {
  const numbers = alertNumbers(policy);
  const { name: called, subject, reading, signals, inhibits = [], mutes = [], notice } = policy;
  return {
    shape: 'step',
    name,
    kind: 'alert',
    params: { policy: called, subject, reading: reading.version, signals, inhibits, mutes, notice: notice.version, ...numbers },
    state: { schema: stateLayout, encode: encodeState, decode: decodeState, shape: { subject, reading: reading.version } },
    stateKey: subject,
    ...(policy.output === undefined ? {} : { output: policy.output }),
    build: (context) => {
      const task = new AlertTask(policy, numbers, context);
      return map((chunk) => task.run(chunk));
    },
  };
};
