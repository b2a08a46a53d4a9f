import { pathReader } from '../core/key.ts';
import type { Table } from '../core/table.ts';

const columnOf = (table: Table<unknown>, name: string): Table<unknown>['columns'][number] | undefined =>
  table.columns.find((column) => column.name === name);

/** Reads what a column of a table holds from a value. */
export const columnReader = (table: Table<unknown>, name: string): ((value: unknown) => unknown) =>
  pathReader(columnOf(table, name)?.path.join('.') ?? name);

/** Reads a time that a column holds, in ms since the epoch. */
export const timeReader = (table: Table<unknown>, name: string): ((value: unknown) => number) => {
  const form = columnOf(table, name)?.form;
  const ticks = form?.kind === 'time' ? form.ticks : 1;
  const read = columnReader(table, name);
  return (value) => Number(read(value)) / ticks;
};
