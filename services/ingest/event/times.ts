const millisecond = 1_000;

/** The digits of a second behind the third: µs, which `Date.parse` leaves out. */
const microsOf = (text: string): number => Number((/\.\d{3}(\d{1,3})/.exec(text)?.[1] ?? '').padEnd(3, '0'));

const leap = /:60(?=[.Z+-])/;

/** A time of RFC 3339 as µs since the epoch. What is finer is cut off. A leap second is taken for the second after it. */
export const microsAt = (text: string): number => {
  const plain = text.toUpperCase().replace(/\s/, 'T');
  const ms = leap.test(plain) ? Date.parse(plain.replace(leap, ':59')) + millisecond : Date.parse(plain);
  return ms * millisecond + microsOf(plain);
};

const latest = 60_000;
const earliest = Date.UTC(2000, 0, 1);

/** Why the stream would refuse an event time (µs) of a record that is written now (ms); undefined if it would not. */
export const timeProblem = (micros: number, now: number): string | undefined => {
  const ms = micros / millisecond;
  if (Number.isNaN(ms)) return 'cannot be read';
  if (ms < earliest) return 'is before the year 2000';
  return ms > now + latest ? 'is over a minute past the time of arrival' : undefined;
};
