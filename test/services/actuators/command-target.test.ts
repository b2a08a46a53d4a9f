import assert from 'node:assert/strict';
import { MillraceError } from '../../../pipeline/core/errors.ts';
import type { DeliveryBatch, DeliveryTarget, RefusedRow } from '../../../pipeline/core/ports/delivery.ts';
import type { Labels } from '../../../pipeline/core/ports/meter.ts';
import { noMeter } from '../../../pipeline/core/ports/meter.ts';
import type { ModelCommand } from '../../../schemas/generated/model-command.ts';
import { type Actuator, applied, conflict, refused } from '../../../services/actuators/actuator.ts';
import { commandTarget, type CommandScope } from '../../../services/actuators/command-target.ts';
import { commandOf, decidedAt } from './commands.ts';

const batchOf = (...commands: ReadonlyArray<ModelCommand>): DeliveryBatch<ModelCommand> => ({
  token: 't',
  topic: 'model.commands',
  partition: 0,
  from: 10,
  to: 10 + commands.length,
  rows: commands.map((value, n) => ({ offset: 10 + n, value })),
});

describe('the target of commands', () => {
  let now: number;
  let acks: string[];
  let counted: string[];
  let given: ModelCommand[];
  let apply: Actuator['apply'];
  let ackFails: boolean;

  beforeEach(() => {
    now = decidedAt + 500;
    acks = [];
    counted = [];
    given = [];
    apply = () => Promise.resolve(applied('done'));
    ackFails = false;
  });

  const targetOf = (scope: Partial<CommandScope> = {}): DeliveryTarget<ModelCommand> => {
    const none = (): Promise<void> => Promise.resolve();
    const actuator: Actuator = {
      kinds: ['ROLLBACK', 'PROMOTE'],
      prepare: none,
      close: none,
      apply: (command, signal) => {
        given.push(command);
        return apply(command, signal);
      },
    };
    const write = (command: ModelCommand, status: string, message: string | null): Promise<void> => {
      if (ackFails) return Promise.reject(new MillraceError('cluster_unavailable', 'no broker'));
      acks.push(`${command.model_name} ${status}: ${String(message)}`);
      return Promise.resolve();
    };
    const meter = { ...noMeter, count: (name: string, labels: Labels) => void counted.push(`${name} ${JSON.stringify(labels)}`) };
    const ports = { acks: { open: none, write, close: none }, clock: { now: () => now, monotonic: () => now }, meter };
    const whole = { tenant: 'acme', models: undefined, since: undefined, ackWithinMs: 60_000, giveUpAfterMs: 3_600_000, ...scope };
    return commandTarget(['live', whole], actuator, ports);
  };

  const deliver = (
    target: DeliveryTarget<ModelCommand>,
    ...commands: ReadonlyArray<ModelCommand>
  ): Promise<ReadonlyArray<RefusedRow> | undefined> => target.deliver(batchOf(...commands), false, new AbortController().signal);

  it('acknowledges a command that was applied, and leaves nothing for the dead letter', async () => {
    assert.deepEqual(await deliver(targetOf(), commandOf()), []);
    assert.deepEqual(acks, ['digits APPLIED: done']);
    assert.deepEqual(counted, ['actuator_commands_total {"actuator":"live","status":"applied"}']);
  });

  it('acknowledges a dry run and never applies it', async () => {
    assert.deepEqual(await deliver(targetOf(), commandOf({ mode: 'DRY_RUN' })), []);
    assert.deepEqual([given.length, acks], [0, ['digits DRY_RUN: a dry run: nothing was changed']]);
  });

  it('refuses a mode that it does not know, unapplied', async () => {
    const left = await deliver(targetOf(), commandOf({ mode: 'UNKNOWN' }));
    assert.deepEqual([given.length, left?.map(({ rule }) => rule)], [0, ['unknown_mode']]);
  });

  it('says of refusals and conflicts what they are, and leaves both for the dead letter', async () => {
    apply = ({ model_name }) => Promise.resolve(model_name === 'a' ? refused('no_such', 'no such model') : conflict('moved by others'));
    const left = await deliver(targetOf(), commandOf({ model_name: 'a' }), commandOf({ model_name: 'b' }));
    assert.deepEqual(acks, ['a REFUSED: no such model', 'b CONFLICT: moved by others']);
    assert.deepEqual(left, [
      { offset: 10, rule: 'no_such', detail: 'no such model' },
      { offset: 11, rule: 'conflict', detail: 'moved by others' },
    ]);
  });

  it('passes over what is for others: another tenant, a model that is not named, a kind that it does not know, what was before its time', async () => {
    const others = [{ tenant: 'b' }, { model_name: 'faces' }, { kind: 'NOTIFY' as const }, { kind: 'UNKNOWN' as const }, { decided_at: 1 }];
    const left = await deliver(targetOf({ models: { digits: 'Digits' }, since: decidedAt }), ...others.map(commandOf));
    assert.deepEqual([given, acks, left], [[], [], []]);
  });

  it('lets what is to be tried again through to the delivery, and says once that the time is over', async () => {
    apply = () => Promise.reject(new MillraceError('receiver_unavailable', 'MLflow answers 503'));
    const target = targetOf();
    const again = async (): Promise<void> => {
      await assert.rejects(deliver(target, commandOf()), { code: 'receiver_unavailable' });
    };
    await again();
    assert.equal(acks.length, 0);
    now = decidedAt + 60_000;
    await again();
    await again();
    assert.deepEqual(acks, ['digits TIMED_OUT: MLflow answers 503']);
    apply = () => Promise.resolve(applied('done'));
    assert.deepEqual(await deliver(target, commandOf()), []);
    assert.equal(acks.at(-1), 'digits APPLIED: done');
  });

  it('no longer applies what is older than its patience, and leaves it for the dead letter', async () => {
    now = decidedAt + 3_600_001;
    const left = await deliver(targetOf(), commandOf());
    assert.deepEqual([given.length, left?.map(({ rule }) => rule)], [0, ['expired']]);
    assert.deepEqual(acks, ['digits FAILED: not carried out within 3600000 ms of its decision']);
  });

  it('gives the command again when the acknowledgement cannot be written', async () => {
    ackFails = true;
    const target = targetOf();
    await assert.rejects(deliver(target, commandOf()), { code: 'cluster_unavailable' });
    ackFails = false;
    await deliver(target, commandOf());
    assert.deepEqual([given.length, acks], [2, ['digits APPLIED: done']]);
  });

  it('lets through what cannot be tried again, which stops the delivery', async () => {
    apply = () => Promise.reject(new MillraceError('engine_defect', 'a defect'));
    await assert.rejects(deliver(targetOf(), commandOf()), { code: 'engine_defect' });
    assert.deepEqual(acks, []);
  });
});
