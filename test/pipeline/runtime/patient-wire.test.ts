import assert from 'node:assert/strict';
import { memoryRegistry } from '../../../pipeline/avro/memory-registry.ts';
import type { RegistryClient } from '../../../pipeline/avro/registry-client.ts';
import { createWire } from '../../../pipeline/avro/wire.ts';
import { type ErrorCode, MillraceError } from '../../../pipeline/core/errors.ts';
import { type Log, noLog } from '../../../pipeline/core/ports/log.ts';
import { patientWire } from '../../../pipeline/runtime/patient-wire.ts';
import { Processes } from '../../../pipeline/testing/processes.ts';
import { VirtualClock } from '../../../pipeline/testing/virtual-clock.ts';
import { topology } from '../../../pipeline/core/topology.ts';
import { clicked, clickOf, clickType, deadLetter, paidClicks } from '../../support/clicks.ts';

/** A registry that does not answer the first `times` questions for a schema. */
const away = (times: number, code: ErrorCode = 'registry_unavailable'): RegistryClient => {
  const registry = memoryRegistry();
  let left = times;
  return {
    ...registry,
    schemaById: (id) => {
      left -= 1;
      return left < 0 ? registry.schemaById(id) : Promise.reject(new MillraceError(code, 'no answer'));
    },
  };
};

describe('a wire with patience', () => {
  const click = clickOf('a');

  it('asks again for a schema until the registry answers', async () => {
    const clock = new VirtualClock();
    const messages: string[] = [];
    const log: Log = { ...noLog, warn: (_, message) => void messages.push(message) };
    const wire = patientWire(createWire(away(4)), { clock, log });
    const bytes = (await wire.encoder('t', clickType))(click);
    const decoder = wire.decoder(clickType);
    await clock.until(decoder.learn(decoder.unknownId(bytes) ?? 0));
    assert.deepEqual(decoder.decode(bytes), click);
    assert.deepEqual(messages, Array(4).fill('a schema cannot be had; it is asked for again'));
  });

  it('gives up after a minute and a half', async () => {
    const clock = new VirtualClock();
    const decoder = patientWire(createWire(away(1_000)), { clock, log: noLog }).decoder(clickType);
    await assert.rejects(clock.until(decoder.learn(1)), { code: 'registry_unavailable' });
    assert(clock.monotonic() > 80_000 && clock.monotonic() <= 90_000, String(clock.monotonic()));
  });

  it('does not ask again for what does not pass', async () => {
    const clock = new VirtualClock();
    const decoder = patientWire(createWire(away(1, 'not_authorized')), { clock, log: noLog }).decoder(clickType);
    await assert.rejects(clock.until(decoder.learn(1)), { code: 'not_authorized' });
    assert.equal(clock.monotonic(), 0);
  });
});

describe('a process whose registry does not answer for a while', () => {
  it('goes on when it does', async () => {
    const passing = topology('passing', { deadLetter }, (t) => t.source('in', clicked).to('out', paidClicks));
    const processes = await Processes.of(passing, { wire: createWire(away(5)) });
    await processes.put(clicked, clickOf('a'));
    await processes.start('0');
    await processes.advance(10_000);
    assert.equal((await processes.records(paidClicks.name)).length, 1);
    await processes.close();
  });
});
