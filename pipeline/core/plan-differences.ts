const shown = 60;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON knows neither infinite numbers nor large integers; both are told apart here. What is no data counts for nothing. */
const telling = (_: string, value: unknown): unknown => {
  if (typeof value === 'bigint') return `${value}n`;
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
};

/** A value as text that is the same for equal data; fields that are undefined or functions count for nothing. */
export const dataText = (value: unknown): string =>
  value === undefined || typeof value === 'function' ? 'nothing' : JSON.stringify(value, telling);

const around = (text: string, at: number): string => {
  if (text.length <= shown) return text;
  const from = Math.max(0, Math.min(at - shown / 3, text.length - shown));
  return `${from > 0 ? '…' : ''}${text.slice(from, from + shown)}${from + shown < text.length ? '…' : ''}`;
};

const firstDifference = (a: string, b: string): number => {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
};

/** Where two values differ, a line each: `path: before → after`. Long values are cut to what is around the first difference. */
export const differences = (path: string, before: unknown, after: unknown): ReadonlyArray<string> => {
  if (isRecord(before) && isRecord(after)) {
    const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return fields.flatMap((field) => differences(path === '' ? field : `${path}.${field}`, before[field], after[field]));
  }
  const [a, b] = [dataText(before), dataText(after)];
  if (a === b) return [];
  const at = firstDifference(a, b);
  return [`${path}: ${around(a, at)} → ${around(b, at)}`];
};
