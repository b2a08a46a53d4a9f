import type { AlertSpec } from '../alert-spec.ts';
import { happened } from '../promql.ts';

/** What becomes of commands: of those that are late, and those that were not carried out. */
export const actuatorAlerts: ReadonlyArray<AlertSpec> = [
  {
    name: 'MillraceCommandLate',
    expr: happened('actuator', 'millrace_actuator_commands_total{status="timed_out"}'),
    severity: 'page',
    summary: 'The actuator {{ $labels.actuator }} has not carried out a command in time: it goes on trying.',
    when: '`millrace_actuator_commands_total{status="timed_out"}` has grown within five minutes',
    means:
      'a rollback or a promotion was ordered, and the other side does not take it: it is away, or refuses the credentials. The command waits',
    todo: '`/status` of `millrace actuate` says under `trouble` what it is held up by. If it has to be now, do it by hand: the actuator finds it done. [Actuators](actuators.md)',
  },
  {
    name: 'MillraceCommandNotApplied',
    expr: happened('actuator, status', 'millrace_actuator_commands_total{status=~"conflict|refused|failed"}'),
    severity: 'page',
    summary: 'The actuator {{ $labels.actuator }} has not carried out a command, and will not: {{ $labels.status }}.',
    when: '`millrace_actuator_commands_total` of status `conflict`, `refused` or `failed` has grown within five minutes',
    means:
      '`conflict`: another version serves than the one that was judged. `refused`: the other side knows no such model or version. `failed`: it was away for longer than the patience lasts',
    todo: "`model.command-acks` says why, and the actuator's dead letter has the command. Look which version serves, and decide: [what an actuator answers](actuators.md#what-it-answers)",
  },
];
