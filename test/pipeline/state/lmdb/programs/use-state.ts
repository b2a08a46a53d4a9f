import { noLog } from '../../../../../pipeline/core/ports/log.ts';
import { openStateDirectory } from '../../../../../pipeline/state/lmdb/open-state-directory.ts';
import { texts } from '../../../../../pipeline/testing/contracts/store/subject.ts';
import { VirtualClock } from '../../../../../pipeline/testing/virtual-clock.ts';
import { placeOf } from '../state-folder.ts';

/** Publishes one entry, stages another, says so, and then waits to be killed. Ends with its parent. */
const [folder = ''] = process.argv.slice(2);
process.on('disconnect', () => process.exit());
const directory = await openStateDirectory({ path: folder, clock: new VirtualClock(), log: noLog });
const store = directory.open(texts, placeOf());
store.put('published', '1', 10);
await store.publish(1);
store.put('staged', '1', 10);
process.send?.('ready');
