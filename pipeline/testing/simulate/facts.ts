import type { LogRecord } from '../../core/ports/cluster.ts';
import { bodyOf, type OutputRecord, type Outputs, type OutputSpec } from './outputs.ts';
import type { OutputRule } from './simulation.ts';

/** Something that both runs must agree on. Facts with equal ids are equal. */
export interface Fact {
  readonly id: string;
  /** What facts with other ids must share to be equal all the same; nothing if left out. Costs more than the id. */
  essence?(): string;
  /** In words, for a person. */
  tell(): string;
}

const longestTold = 400;

const json = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

const shortened = (text: string): string => (text.length > longestTold ? `${text.slice(0, longestTold)}…` : text);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, name) => (isRecord(inner) ? inner[name] : undefined), value);

const leftOut = (value: unknown, names: ReadonlyArray<string>): unknown => {
  if (names.length === 0 || !isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
};

const text = ({ key, value }: OutputRecord, without: ReadonlyArray<string>): string => `${key}: ${json(leftOut(value, without))}`;

/** The bytes tell most records apart; they are read only if they differ. */
const rawFact = ({ type }: OutputSpec, { key, value }: LogRecord, without: ReadonlyArray<string>): Fact => {
  const essence = (): string =>
    text({ key: key?.toString() ?? '', value: value === null ? undefined : type.decode(bodyOf(value)) }, without);
  const id = `${key?.toString('latin1') ?? ''}\0${value?.toString('latin1') ?? ''}`;
  const tell = (): string => shortened(essence());
  return without.length === 0 ? { id, tell } : { id, essence, tell };
};

const fact = (record: OutputRecord, without: ReadonlyArray<string>): Fact => lineFact(text(record, without));

const lastOf = (records: ReadonlyArray<OutputRecord>, by: ReadonlyArray<string>): ReadonlyArray<OutputRecord> => {
  const last = new Map<string, OutputRecord>();
  for (const record of records) last.set([record.key, ...by.map((path) => json(at(record.value, path)))].join('\0'), record);
  return [...last.values()].filter(({ value }) => value !== undefined);
};

/** What an output says under a rule. */
export const factsOf = (outputs: Outputs, spec: OutputSpec, rule: OutputRule): ReadonlyArray<Fact> => {
  if (rule.compare === 'ignored') return [];
  const without = rule.without ?? [];
  if (rule.compare === 'last') return lastOf(outputs.of(spec.name), rule.by).map((record) => fact(record, without));
  return outputs.raw(spec.name).map((record) => rawFact(spec, record, without));
};

/** What lies in the dead letter: what was refused where and why. Offsets are not compared: a repeat of another record moves them. */
export const rejectFacts = (outputs: Outputs): ReadonlyArray<Fact> =>
  outputs.rejects.map(({ node, rule, detail, key, bytes }) => ({
    id: [node, rule, key?.toString('latin1'), bytes?.toString('latin1')].join('\0'),
    tell: () => shortened(`${node} refuses ${key?.toString() ?? 'a record'} as ${rule}: ${detail}`),
  }));

/** A line as a fact. */
export const lineFact = (line: string): Fact => ({ id: line, tell: () => shortened(line) });
