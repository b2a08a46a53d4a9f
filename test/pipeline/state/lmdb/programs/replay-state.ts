import { messageOf, MillraceError } from '../../../../../pipeline/core/errors.ts';
import { noLog } from '../../../../../pipeline/core/ports/log.ts';
import { encodeEntry } from '../../../../../pipeline/state/entry-codec.ts';
import { openStateDirectory } from '../../../../../pipeline/state/lmdb/open-state-directory.ts';
import { texts } from '../../../../../pipeline/testing/contracts/store/subject.ts';
import { VirtualClock } from '../../../../../pipeline/testing/virtual-clock.ts';
import { placeOf } from '../state-folder.ts';

/**
 * Replays one key after the other, each at the offset that is its number, and publishes after every 1,000th while it goes on replaying. Prints
 * a line with the position after each publish; ends with one line of JSON when the disk takes no more.
 */
const [folder = ''] = process.argv.slice(2);
const perPublish = 1_000;
/** More than the disk takes, where it does not take all. */
const keys = 60_000;

const replay = async (): Promise<void> => {
  const directory = await openStateDirectory({ path: folder, clock: new VirtualClock(), log: noLog });
  const store = directory.open(texts, placeOf());
  let publishing = Promise.resolve();
  for (let number = 0; number < keys; number++) {
    const mixed = (Math.imul(number, 2_654_435_761) >>> 0).toString(16);
    store.restore({ key: Buffer.from(`${mixed}|${number}`), value: encodeEntry(texts, { value: String(number), expiresAt: number }) });
    if ((number + 1) % perPublish !== 0) continue;
    await publishing;
    const position = number + 1;
    publishing = store.publish(position).then(() => void process.stdout.write(`${position}\n`));
    publishing.catch(() => undefined);
  }
  await publishing;
};

await replay().catch((error: unknown) => {
  const code = error instanceof MillraceError ? error.code : 'other';
  process.stdout.write(`${JSON.stringify({ code, message: messageOf(error) })}\n`);
});
process.exit(0);
