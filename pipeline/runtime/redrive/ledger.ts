import type { Coordinates } from '../../core/chunk.ts';
import { redriveTopic } from '../../core/internal-topics.ts';
import type { Cluster, NewRecord } from '../../core/ports/cluster.ts';
import { writeCoordinates } from '../headers.ts';
import { readRecords } from '../replay/read-records.ts';

/** A letter in the ledger: the place where its record was refused, and where it was sent back to. */
export interface LedgerEntry {
  readonly refused: Coordinates;
  readonly node: string;
}

/** What tells one refusal from another: the record that was read, and the node that it is led to. */
export const ledgerKey = ({ refused, node }: LedgerEntry): string => `${node}@${writeCoordinates(refused)}`;

/** The record of the ledger that says that a letter was redriven; part of the transaction that does it. `at`: ms since the epoch. */
export const ledgerRecord = (
  topology: string,
  entry: LedgerEntry,
  told: { readonly letter: Coordinates; readonly at: number },
): NewRecord => ({
  topic: redriveTopic(topology),
  partition: 0,
  key: Buffer.from(ledgerKey(entry)),
  value: Buffer.from(JSON.stringify({ letter: writeCoordinates(told.letter), at: new Date(told.at).toISOString() })),
});

/** Creates the ledger of a topology unless it is there: compacted, one partition, kept without end. */
export const createLedger = async (cluster: Cluster, topology: string): Promise<void> => {
  const admin = await cluster.admin();
  try {
    await admin.createTopics([{ topic: redriveTopic(topology), partitions: 1, config: { 'cleanup.policy': 'compact' } }]);
  } finally {
    await admin.close();
  }
};

/** The keys of all that was redriven; none if there is no ledger. One text in memory for each. */
export const readLedger = async (cluster: Cluster, topology: string): Promise<Set<string>> => {
  const keys = new Set<string>();
  await readRecords(cluster, redriveTopic(topology), (records) => {
    for (const { key, value } of records) if (key !== null && value !== null) keys.add(key.toString());
    return Promise.resolve();
  });
  return keys;
};
