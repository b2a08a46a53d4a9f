import type { RecordType } from '../../pipeline/core/record-type.ts';

const width = 12;

const placesOf = (bytes: Buffer, mark: string): ReadonlyArray<number> => {
  const places: number[] = [];
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + width)) places.push(at);
  if (places.length === 0) throw new Error(`the value has no '${mark}'`);
  return places;
};

/** Writes the number over the twelve digits at each place. */
const patch = (bytes: Buffer, places: ReadonlyArray<number>, number: number): void => {
  const digits = String(number).padStart(width, '0');
  for (const place of places) bytes.write(digits, place, 'latin1');
};

/** The text that stands for the nth varying number of a template: twelve digits, as the end of a uuid. */
export const mark = (nth: number): string => `9876543210${String(nth).padStart(2, '0')}`;

/**
 * Makes decoded values by the million that differ in a few numbers: the encoded value is patched in place, then decoded anew. So each is
 * what a decoder gives, with texts and objects of its own, and none has to be kept.
 */
export class Template<T> {
  readonly #type: RecordType<T>;
  readonly #bytes: Buffer;
  readonly #places: ReadonlyArray<ReadonlyArray<number>>;

  /** `marks`: how many numbers vary; `mark(0)` and on stand for them in `value`, inside texts. */
  constructor(type: RecordType<T>, value: T, marks: number) {
    this.#type = type;
    this.#bytes = type.encode(value);
    this.#places = Array.from({ length: marks }, (_, nth) => placesOf(this.#bytes, mark(nth)));
  }

  /** The value with these numbers in place of the marks. */
  with(...numbers: ReadonlyArray<number>): T {
    this.#places.forEach((places, nth) => patch(this.#bytes, places, numbers[nth] ?? 0));
    return this.#type.decode(this.#bytes);
  }
}
