import type { Topology } from '../../core/graph.ts';
import { defaultRule } from './default-rules.ts';
import { type Fact, factsOf, lineFact, rejectFacts } from './facts.ts';
import { type Outputs, outputSpecs, type OutputSpec } from './outputs.ts';
import type { OutputRule, Simulation } from './simulation.ts';

/** Where two runs disagree. */
export interface Difference {
  /** The output, or what else was looked at. */
  readonly where: string;
  /** What only the quiet run has. */
  readonly missing: ReadonlyArray<string>;
  /** What only the disturbed run has. */
  readonly unexpected: ReadonlyArray<string>;
}

/** The facts of `most` that have no equal among those of `least`, each as often as it is too many. */
const surplus = (most: ReadonlyArray<Fact>, least: ReadonlyArray<Fact>, idOf: (fact: Fact) => string): ReadonlyArray<Fact> => {
  const left = new Map<string, number>();
  for (const fact of least) {
    const id = idOf(fact);
    left.set(id, (left.get(id) ?? 0) + 1);
  }
  return most.filter((fact) => {
    const id = idOf(fact);
    const count = left.get(id) ?? 0;
    if (count > 0) left.set(id, count - 1);
    return count === 0;
  });
};

const idOf = ({ id }: Fact): string => id;
const essenceOf = (fact: Fact): string => fact.essence?.() ?? fact.id;

const differenceOf = (where: string, expected: ReadonlyArray<Fact>, found: ReadonlyArray<Fact>): ReadonlyArray<Difference> => {
  const wanted = surplus(expected, found, idOf);
  const got = surplus(found, expected, idOf);
  const missing = surplus(wanted, got, essenceOf).map((fact) => fact.tell());
  const unexpected = surplus(got, wanted, essenceOf).map((fact) => fact.tell());
  return missing.length + unexpected.length === 0 ? [] : [{ where, missing, unexpected }];
};

/** What a run says, to be compared. */
export interface Facts {
  readonly byOutput: ReadonlyMap<string, ReadonlyArray<Fact>>;
  /** What is wrong with the run by itself. */
  readonly problems: ReadonlyArray<string>;
}

/** Compares the outputs of disturbed runs of a topology with those of quiet ones. */
export class Comparison {
  /** The outputs that are not compared since nobody says how. */
  readonly ignored: ReadonlyArray<string>;
  readonly #simulation: Simulation;
  readonly #rules: ReadonlyArray<readonly [spec: OutputSpec, rule: OutputRule]>;

  constructor(topology: Topology, simulation: Simulation) {
    this.#simulation = simulation;
    this.#rules = outputSpecs(topology).map((spec) => [spec, simulation.outputs?.[spec.name] ?? defaultRule(topology, spec)] as const);
    this.ignored = this.#rules
      .filter(([{ name }, { compare }]) => compare === 'ignored' && simulation.outputs?.[name] === undefined)
      .map(([{ name }]) => name);
  }

  /** All that is compared of a run: made once of a quiet run that stands beside many others. */
  factsOf(outputs: Outputs): Facts {
    const { facts } = this.#simulation;
    const byOutput = new Map(this.#rules.map(([spec, rule]) => [spec.name, factsOf(outputs, spec, rule)]));
    byOutput.set('dead letter', rejectFacts(outputs));
    if (facts !== undefined) byOutput.set('facts', facts(outputs).map(lineFact));
    return { byOutput, problems: this.#simulation.problems?.(outputs) ?? [] };
  }

  differences(expected: Facts, found: Outputs): ReadonlyArray<Difference> {
    const { byOutput, problems } = this.factsOf(found);
    const differences = [...byOutput].flatMap(([where, facts]) => differenceOf(where, expected.byOutput.get(where) ?? [], facts));
    return problems.length === 0 ? differences : [...differences, { where: 'problems', missing: [], unexpected: problems }];
  }
}
