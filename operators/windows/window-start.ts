/** Some 250,000 years before and after 1970, in ms: well within what a Date can hold. */
const lastTime = 8e15;

/** Whether a window can be found for this time: a number, and within 250,000 years. */
export const isWindowTime = (time: number | undefined): time is number => time !== undefined && Math.abs(time) <= lastTime;

/**
 * The start of the tumbling window [k · size, (k + 1) · size) that holds this time; all in ms, UTC, times before 1970 included.
 *
 * @example windowStart(Date.UTC(2024, 0, 1, 9, 30), hours(1)) // 9:00
 */
export const windowStart = (time: number, size: number): number => Math.floor(Math.floor(time) / size) * size;

const digits = 16;
/** What makes negative times positive without losing a digit. */
const lift = Number.MAX_SAFE_INTEGER;

/** A time as text of fixed width that sorts as the time does. */
export const sortableTime = (time: number): string => {
  if (time >= 0) return String(time).padStart(digits, '0');
  return `-${String(lift + time).padStart(digits, '0')}`;
};

/** The time that `sortableTime` made the text of. */
export const timeOfSortable = (text: string): number => (text.startsWith('-') ? Number(text.slice(1)) - lift : Number(text));
