import { map as mapChunks } from 'rxjs';
import { type Chunk, type StreamRecord, withRecords } from '../pipeline/core/chunk.ts';
import { MillraceError } from '../pipeline/core/errors.ts';
import type { Operator, RejectRule } from '../pipeline/core/operator.ts';

/** A rule that values must keep. */
export interface Rule<in T> {
  /** The code under which what breaks it is rejected, in snake_case. */
  readonly code: RejectRule;
  /** What is wrong with the value, for the reader of the dead letter; `undefined` when nothing is. Pure. */
  readonly check: (value: T) => string | undefined;
}

/** Rules in the order in which they are tried. */
export type Rules<T> = ReadonlyArray<Rule<T>>;

/** A rule that, once it is kept, makes the type of the values narrower. */
export interface NarrowingRule<T, U extends T> {
  readonly code: RejectRule;
  readonly is: (value: T) => value is U;
  /** What is wrong with a value that is not such. */
  readonly detail: string;
}

interface Breach {
  readonly code: RejectRule;
  readonly detail: string;
}

/**
 * Passes the records whose value keeps every rule, in order, and rejects the others under the code of the first rule that they break.
 *
 * `narrowing` comes last and gives the stream its narrower type. A rule that throws rejects the record as `user_function_failed`. The codes are
 * part of the graph. No state.
 *
 * @throws MillraceError `bad_topology` if a code is not in snake_case.
 * @example validate('validate', [{ code: 'rating_out_of_range', check: ({ rating }) => (rating > 5 ? `a rating of ${rating}` : undefined) }])
 */
export function validate<T>(name: string, rules: Rules<T>): Operator<T, T>;
export function validate<T, U extends T>(name: string, rules: Rules<T>, narrowing: NarrowingRule<T, U>): Operator<T, U>;
export function validate<T>(name: string, rules: Rules<T>, narrowing?: NarrowingRule<T, T>): Operator<T, T> {
  const all = narrowing === undefined ? rules : [...rules, asRule(narrowing)];
  const codes = all.map(({ code }) => code);
  checkCodes(name, codes);
  const breach = firstBreach(all);
  return {
    shape: 'step',
    name,
    kind: 'validate',
    params: { rules: codes },
    opaque: ['rules'],
    keeps: true,
    build: (context) =>
      mapChunks((chunk: Chunk<T>) => {
        const records: StreamRecord<T>[] = [];
        for (const record of chunk.records) {
          const found = context.attempt(record, breach);
          if (!found.ok) continue;
          if (found.value === undefined) records.push(record);
          else context.reject(record, found.value.code, found.value.detail);
        }
        return withRecords(chunk, records);
      }),
  };
}

const asRule = <T>({ code, is, detail }: NarrowingRule<T, T>): Rule<T> => ({
  code,
  check: (value) => (is(value) ? undefined : detail),
});

/** The first rule that a value breaks, with what is wrong; undefined if it keeps all. */
export const firstBreach =
  <T>(rules: Rules<T>) =>
  (value: T): Breach | undefined => {
    for (const { code, check } of rules) {
      const detail = check(value);
      if (detail !== undefined) return { code, detail };
    }
    return undefined;
  };

const checkCodes = (name: string, codes: ReadonlyArray<string>): void => {
  const wrong = codes.filter((code) => !/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(code));
  if (wrong.length === 0) return;
  throw new MillraceError(
    'bad_topology',
    `${name}: the code of a rule is written in snake_case; ${wrong.map((code) => `'${code}'`).join(', ')} is not`,
  );
};
