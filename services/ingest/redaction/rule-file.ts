import { z } from 'zod';
import { MillraceError } from '../../../pipeline/core/errors.ts';
import { parsedJson, shaped } from '../auth/stored-file.ts';
import { countryOf, type Finder, finderOf, matching, patternNames } from './finders.ts';

const what = 'redaction rules';
const pointer = z.string().regex(/^(\/([^~/]|~[01])+)+$/);
const action = z.enum(['mask', 'hash', 'drop']);
const fields = z.array(pointer).min(1).optional();

const rule = z.union([
  z.strictObject({ field: pointer, action }),
  z.strictObject({ pattern: z.enum(patternNames), country: z.string().optional(), fields, action }),
  z.strictObject({ name: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/), regex: z.string().min(1).max(1_000), fields, action }),
]);

const file = z.strictObject({ rules: z.array(rule).min(1).max(200) });

/** What becomes of what a rule finds. */
export type RedactionAction = z.infer<typeof action>;

/** The steps to a field; `*` is any one. */
export type FieldPath = ReadonlyArray<string>;

/** A rule that is ready to be applied: to a field as a whole, or to what is found in texts. */
export interface RedactionRule {
  readonly action: RedactionAction;
  /** Where it applies; everywhere if undefined. */
  readonly fields?: ReadonlyArray<FieldPath> | undefined;
  /** What it looks for; without it the field as a whole is meant. */
  readonly pattern?: { readonly name: string; readonly find: Finder } | undefined;
}

const stepsOf = (text: string): FieldPath =>
  text
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

const bad = (message: string): MillraceError => new MillraceError('bad_config', `the file of ${what} has ${message}`);

const expressionOf = (name: string, regex: string): Finder => {
  try {
    return matching(regex);
  } catch {
    throw bad(`an expression "${name}" that RE2 does not take: it knows no look-around and no back references`);
  }
};

const namedFinder = (name: (typeof patternNames)[number], country: string | undefined): Finder => {
  const code = country === undefined ? undefined : countryOf(country);
  if (country !== undefined && code === undefined) throw bad(`a country that is none by ISO 3166-1: ${country}`);
  return finderOf(name, code);
};

const compiled = (given: z.infer<typeof rule>): RedactionRule => {
  if ('field' in given) return { action: given.action, fields: [stepsOf(given.field)] };
  const { action: does } = given;
  const where = given.fields?.map(stepsOf);
  if ('pattern' in given)
    return { action: does, fields: where, pattern: { name: given.pattern, find: namedFinder(given.pattern, given.country) } };
  return { action: does, fields: where, pattern: { name: given.name, find: expressionOf(given.name, given.regex) } };
};

/** Reads the text of a file of rules. Throws `bad_config` with the places that are wrong. */
export const readRules = (text: string): ReadonlyArray<RedactionRule> => shaped(file, parsedJson(text, what), what).rules.map(compiled);
