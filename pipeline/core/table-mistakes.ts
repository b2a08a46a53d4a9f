import type { Column } from './column.ts';
import type { Table } from './table.ts';

type Mistakes = ReadonlyArray<string>;
type Find = (name: string) => Column | undefined;

const isTime = (column: Column | undefined): boolean => column?.form.kind === 'time';

const canVersion = (column: Column): boolean => !column.nullable && /^(U?Int|Date)/.test(column.type);

/** What is wrong with a table's declaration, each as a clause of a sentence. `all`: its columns, those of the origin included. */
export const tableMistakes = (table: Table<unknown>, all: ReadonlyArray<Column>): Mistakes => {
  const find: Find = (name) => all.find((column) => column.name === name);
  return [
    ...nameMistakes(table, all),
    ...table.orderBy.flatMap((name) => keyMistakes(name, find(name))),
    ...revisionMistakes(table, find),
    ...timeMistakes('partitionBy', table.partitionBy?.of, find),
    ...timeMistakes('ttl', table.ttl?.of, find),
  ];
};

const nameMistakes = ({ name, window, orderBy }: Table<unknown>, all: ReadonlyArray<Column>): Mistakes => {
  const names = all.map((column) => column.name);
  const twice = new Set(names.filter((one, at) => names.indexOf(one) !== at));
  return [
    ...(/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? [] : ['the name may have letters, digits and underscores only']),
    ...(Number.isInteger(window) && window >= 1 ? [] : [`window is ${window} and must be a whole number from 1`]),
    ...(orderBy.length > 0 ? [] : ['orderBy needs at least one column']),
    ...[...twice].map((one) => `two fields give the column '${one}': omit one of them, or keep a record around it as JSON`),
  ];
};

const keyMistakes = (name: string, column: Column | undefined): Mistakes => {
  if (column === undefined) return [`orderBy names '${name}', which is no column`];
  return column.nullable ? [`orderBy names '${name}', which may be null`] : [];
};

/** In a table of revised rows whatever may change from revision to revision must not decide where a row stands. */
const revisionMistakes = (table: Table<unknown>, find: Find): Mistakes => {
  if (table.version === undefined) return [];
  const parted = table.partitionBy?.of;
  return [
    ...versionMistakes(table.version, find(table.version)),
    ...(isTimeLast(table.orderBy, find)
      ? []
      : ['the rows are revised, so times come last in orderBy: a time that changes would make a second row']),
    ...(parted === undefined || table.orderBy.includes(parted)
      ? []
      : [`the rows are revised, so '${parted}' of partitionBy must be in orderBy: rows in two partitions never replace each other`]),
  ];
};

const versionMistakes = (name: string, column: Column | undefined): Mistakes => {
  if (column === undefined) return [`version names '${name}', which is no column`];
  return canVersion(column) ? [] : [`version names '${name}', which is not a number or a time that is always there`];
};

const isTimeLast = (orderBy: ReadonlyArray<string>, find: Find): boolean => {
  const times = orderBy.map((name) => isTime(find(name)));
  return !times.includes(true) || times.lastIndexOf(false) < times.indexOf(true);
};

const timeMistakes = (option: string, name: string | undefined, find: Find): Mistakes => {
  if (name === undefined) return [];
  const column = find(name);
  return isTime(column) && column?.nullable === false ? [] : [`${option} names '${name}', which is not a time that is always there`];
};
