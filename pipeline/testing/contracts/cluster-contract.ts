import { adminClauses } from './cluster/admin-clauses.ts';
import { ClusterBench, type ClusterClause, type ClusterSubject } from './cluster/bench.ts';
import { groupClauses } from './cluster/group-clauses.ts';
import { offsetClauses } from './cluster/offset-clauses.ts';
import { readingClauses } from './cluster/reading-clauses.ts';
import { recordClauses } from './cluster/record-clauses.ts';
import { transactionClauses } from './cluster/transaction-clauses.ts';

/** What every implementation of the cluster port keeps, clause by clause. Independent of any test framework. */
export const clusterContract: ReadonlyArray<ClusterClause> = [
  ...recordClauses,
  ...readingClauses,
  ...transactionClauses,
  ...offsetClauses,
  ...groupClauses,
  ...adminClauses,
];

/**
 * Runs one clause against an implementation and closes what it opened. Throws what the clause found.
 *
 * @example for (const clause of clusterContract) it(clause.name, () => runClusterClause(clause, subject));
 */
export const runClusterClause = async (clause: ClusterClause, subject: ClusterSubject): Promise<void> => {
  const bench = new ClusterBench(subject, `clause-${clusterContract.indexOf(clause)}`);
  try {
    await clause.run(bench);
  } finally {
    await bench.close();
  }
};
