import type { StateSpec } from '../../../../../pipeline/core/operator.ts';
import { messageOf, MillraceError } from '../../../../../pipeline/core/errors.ts';
import { noLog } from '../../../../../pipeline/core/ports/log.ts';
import { openStateDirectory } from '../../../../../pipeline/state/lmdb/open-state-directory.ts';
import { VirtualClock } from '../../../../../pipeline/testing/virtual-clock.ts';
import { placeOf } from '../state-folder.ts';

/**
 * Remembers as many keys as it is told, as `dedupe` does (a look, a put that expires), in commits of 5,000; then looks for all of them
 * and lets the first half expire. Prints what came of it as one line of JSON, be it an error.
 */
const [folder = '', keys = '0'] = process.argv.slice(2);
const total = Number(keys);
const perCommit = 5_000;

const numbers: StateSpec<number> = {
  schema: '"long"',
  encode: (value) => {
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeDoubleLE(value);
    return bytes;
  },
  decode: (bytes) => bytes.readDoubleLE(0),
  shape: {},
};

/** 72 characters, in no order. */
const keyOf = (number: number): string => {
  const mixed = (Math.imul(number, 2_654_435_761) >>> 0).toString(16).padStart(8, '0');
  return `tenant-a|${mixed}-feedback-target|${mixed}-${number.toString().padStart(30, '0')}`;
};

const fill = async (): Promise<Readonly<Record<string, unknown>>> => {
  const directory = await openStateDirectory({ path: folder, clock: new VirtualClock(), log: noLog });
  const store = directory.open(numbers, placeOf());
  let found = 0;
  for (let number = 0; number < total; number++) {
    const key = keyOf(number);
    if (store.get(key) !== undefined) found += 1;
    store.put(key, number, number);
    if ((number + 1) % perCommit === 0) await store.publish(number + 1);
  }
  const { entries } = store.size();
  let right = 0;
  for (let number = 0; number < total; number++) if (store.get(keyOf(number)) === number) right += 1;
  let expired = 0;
  for (let until = 0; until < total / 2; until += perCommit) {
    store.expire(Math.min(until + perCommit, total / 2) - 1, (_key, value) => (expired += value === expired ? 1 : 0));
    await store.publish(total + expired);
  }
  const left = store.size().entries;
  await store.close();
  await directory.close();
  return { found, entries, right, expired, left };
};

const outcome = await fill().catch((error: unknown) => ({
  code: error instanceof MillraceError ? error.code : 'other',
  message: messageOf(error),
}));
process.stdout.write(`${JSON.stringify(outcome)}\n`);
