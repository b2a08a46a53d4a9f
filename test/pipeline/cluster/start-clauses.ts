import type { ClusterClause, ClusterSubject } from '../../../pipeline/testing/contracts/cluster/bench.ts';
import { runClusterClause } from '../../../pipeline/testing/contracts/cluster-contract.ts';

interface Started {
  readonly clause: ClusterClause;
  readonly begin: () => void;
  readonly outcome: Promise<void>;
}

const prepare = (clause: ClusterClause, subject: ClusterSubject): Started => {
  const gate = { begin: (): void => undefined };
  const outcome = new Promise<void>((resolve) => (gate.begin = resolve)).then(() => runClusterClause(clause, subject));
  outcome.catch(() => undefined);
  return { clause, begin: () => gate.begin(), outcome };
};

/** Runs clauses beside each other, `atOnce` at a time, since most of them wait for the group protocol. Returns the outcome of each by its name. */
export const startClauses = (
  clauses: ReadonlyArray<ClusterClause>,
  subject: ClusterSubject,
  atOnce: number,
): ReadonlyMap<string, Promise<void>> => {
  const waiting = clauses.map((clause) => prepare(clause, subject));
  const outcomes = new Map(waiting.map(({ clause, outcome }) => [clause.name, outcome]));
  const next = (): void => {
    const started = waiting.shift();
    started?.begin();
    started?.outcome.then(next, next);
  };
  for (let running = 0; running < atOnce; running += 1) next();
  return outcomes;
};
