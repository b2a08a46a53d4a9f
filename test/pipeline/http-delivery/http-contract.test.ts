import { endpoint } from '../../../pipeline/core/endpoint.ts';
import type { DeliveryTarget } from '../../../pipeline/core/ports/delivery.ts';
import { httpTarget } from '../../../pipeline/http-delivery/http-target.ts';
import { systemClock } from '../../../pipeline/runtime/system-clock.ts';
import { deliveryContract, type DeliverySubject } from '../../../pipeline/testing/contracts/delivery-contract.ts';
import { jsonType } from '../clickhouse/json-type.ts';
import { ScriptedReceiver } from './scripted-receiver.ts';

interface Note {
  readonly n: number;
  readonly by: string;
}

const noteType = jsonType<Note>({ type: 'record', name: 'test.Note', fields: [{ name: 'n', type: 'int' }] });
const notes = endpoint('notes', { type: noteType });

describe('the delivery contract, at an endpoint that heeds idempotency keys', () => {
  let receiver: ScriptedReceiver;
  const targets: DeliveryTarget<Note>[] = [];

  beforeEach(async () => {
    receiver = await ScriptedReceiver.start();
  });

  afterEach(async () => {
    for (const target of targets.splice(0)) await target.close();
    await receiver.stop();
  });

  const subject = (): DeliverySubject<Note> => ({
    target: () => {
      const settings = { url: { value: receiver.url }, headers: {}, timeoutMs: 10_000, keyPrefix: '' };
      const target = httpTarget(notes, settings, { clock: systemClock, env: {}, readFile: () => Promise.reject(new Error('no file')) });
      targets.push(target);
      return Promise.resolve(target);
    },
    value: (n) => ({ n, by: 'one version' }),
    again: (n) => ({ n, by: 'another version' }),
    received: () =>
      Promise.resolve(
        [...receiver.taken.keys()].map((key) => {
          const [, topic = '', partition, offset] = /^(.+)-(\d+)-(\d+)$/.exec(key) ?? [];
          return { topic, partition: Number(partition), offset: Number(offset) };
        }),
      ),
  });

  for (const clause of deliveryContract) it(clause.name, () => clause.run(subject()));
});
