/** One record of a run, as plainly as it can be told. Times are seconds after the start of all. */
export type Told =
  | { readonly is: 'inference'; readonly of: string; readonly version: string; readonly at: number }
  | {
      readonly is: 'CREATE' | 'AMEND' | 'RETRACT';
      readonly id: string;
      readonly of: string;
      /** The label told; none makes it a comment. */
      readonly label: string | null;
      readonly at: number;
    };

/** What a run comes to, as texts in an order of their own. */
export type Ends = ReadonlyArray<string>;

type Said = Exclude<Told, { readonly is: 'inference' }>;
type Inference = Extract<Told, { readonly is: 'inference' }>;

/** What every prediction of the runs says. */
const predicted = '7';

const currentOf = (said: ReadonlyArray<Said>): Said | 'unknown' | 'retracted' => {
  const original = said.find(({ is }) => is === 'CREATE');
  if (original === undefined) return 'unknown';
  if (said.some(({ is }) => is === 'RETRACT')) return 'retracted';
  let latest = original;
  for (const each of said) {
    if (each.is !== 'AMEND') continue;
    if (latest === original || each.at >= latest.at) latest = each;
  }
  return latest;
};

class Sums {
  readonly #sums = new Map<string, { n: number; sum: number }>();

  add({ version, at }: Inference, metric: string, [n, sum]: readonly [number, number]): void {
    const name = `${version} minute ${Math.floor(at / 60)} ${metric}`;
    const known = this.#sums.get(name) ?? { n: 0, sum: 0 };
    this.#sums.set(name, { n: known.n + n, sum: known.sum + sum });
  }

  /** A label says whether the prediction was right; a comment does not. */
  judged(inference: Inference, label: string | null): void {
    if (label !== null) this.add(inference, 'accuracy', [1, label === predicted ? 1 : 0]);
  }

  /** What is left of nothing is not told. */
  ends(): Ends {
    return [...this.#sums].filter(([, { n, sum }]) => n !== 0 || sum !== 0).map(([name, { n, sum }]) => `${name}: ${n} ${sum}`);
  }
}

const endOf = (feedback: string, current: ReturnType<typeof currentOf>, inference: Inference | undefined): Ends => {
  if (current === 'unknown') return [`${feedback} unknown`];
  if (current === 'retracted') return [`${feedback} RETRACTED`];
  if (inference === undefined) return [`${feedback} ORPHANED`, `${feedback} in orphans`];
  if (current.label === null) return [`${feedback} REVIEW`, `${feedback} in review`];
  return [`${feedback} TRAINING`, `${feedback} in corrections: ${current.label}`];
};

const inferencesOf = (sent: ReadonlyArray<Told>): ReadonlyMap<string, Inference> =>
  new Map(sent.flatMap((each) => (each.is === 'inference' ? [[each.of, each] as const] : [])));

const byFeedback = (sent: ReadonlyArray<Told>): ReadonlyMap<string, ReadonlyArray<Said>> => {
  const all = new Map<string, Said[]>();
  for (const each of sent) {
    if (each.is === 'inference') continue;
    const known = all.get(each.id) ?? [];
    known.push(each);
    all.set(each.id, known);
  }
  return all;
};

/**
 * What must be left of a run, from nothing but the records in the order in which they were sent: no windows, no state, no streams. Shares no
 * code with the product.
 */
export const bruteForce = (sent: ReadonlyArray<Told>): Ends => {
  const inferences = inferencesOf(sent);
  const sums = new Sums();
  const judged = new Set<Inference>();
  const ends: string[] = [];
  for (const [feedback, said] of byFeedback(sent)) {
    const current = currentOf(said);
    const inference = inferences.get(said[0]?.of ?? '');
    ends.push(...endOf(feedback, current, inference));
    if (typeof current === 'string' || inference === undefined) continue;
    judged.add(inference);
    sums.judged(inference, current.label);
  }
  for (const inference of judged) sums.add(inference, 'coverage', [1, 1]);
  return [...ends, ...sums.ends()].sort();
};
