/** The paths below one field that are not content; `whole`: the field is not content itself. */
interface Except {
  readonly whole: boolean;
  readonly inner: ReadonlyMap<string, Except>;
}

/** What was learnt about the field at one position of a record: the hash of its name, and what is below it if it is content. */
interface Slot {
  readonly name: string;
  readonly one: number;
  readonly two: number;
  readonly below: Plan | undefined;
}

/** The fields of a record as they were met last. Records of one type have one order of fields, so names are hashed once. */
interface Plan {
  readonly except: Except;
  readonly slots: Slot[];
  items: Plan | undefined;
}

const contentAll: Except = { whole: false, inner: new Map() };
const planOf = (except: Except): Plan => ({ except, slots: [], items: undefined });

const factorOne = 0x9e3779b1;
const factorTwo = 0x5f356495;
const finalOne = 0x85ebca6b;
const finalTwo = 0xc2b2ae35;

/** Goes before each value, so that values of different types differ. */
const tags = { text: 1, number: 2, no: 3, yes: 4, bigint: 5, list: 6, record: 7, nothing: 8 };

/** The two lanes of the hash in hand. Hashing is synchronous and calls nobody, so one pair serves all and nothing is allocated. */
let one = 0;
let two = 0;

const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);

/** From this length on, encoding a text at once is faster than asking for each of its characters. */
const longText = 48;
const encoder = new TextEncoder();
let scratch = new Uint8Array(1 << 14);
let words = new Int32Array(scratch.buffer);

const start = (): void => {
  one = 0x1b873593;
  two = 0x3c6ef372;
};

const addWord = (word: number): void => {
  one = Math.imul(one ^ (one >>> 15) ^ word, factorOne);
  two = Math.imul(two ^ (two >>> 13) ^ word, factorTwo);
};

const addText = (text: string): void => {
  if (text.length >= longText) return addLongText(text);
  let a = one;
  let b = two;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    a = Math.imul(a ^ unit, factorOne);
    b = Math.imul(b ^ unit, factorTwo);
  }
  one = a;
  two = b;
  addWord(text.length);
};

const addLongText = (text: string): void => {
  reserve(text.length * 3 + 4);
  const length = encoder.encodeInto(text, scratch).written;
  scratch.fill(0, length, length + 4);
  addWords((length + 3) >> 2);
  addWord(length);
};

const reserve = (bytes: number): void => {
  if (bytes <= scratch.length) return;
  scratch = new Uint8Array(2 ** Math.ceil(Math.log2(bytes)));
  words = new Int32Array(scratch.buffer);
};

const addWords = (count: number): void => {
  let a = one;
  let b = two;
  for (let at = 0; at < count; at++) {
    const word = words[at] ?? 0;
    a = Math.imul(a ^ (a >>> 15) ^ word, factorOne);
    b = Math.imul(b ^ (b >>> 13) ^ word, factorTwo);
  }
  one = a;
  two = b;
};

const addNumber = (value: number): void => {
  double[0] = value === 0 ? 0 : value;
  addWord(halves[0] ?? 0);
  addWord(halves[1] ?? 0);
};

const finish = (): void => {
  const a = one;
  const b = two;
  one = Math.imul(a ^ (a >>> 16), finalOne) ^ Math.imul(b ^ (b >>> 13), finalTwo);
  two = Math.imul(b ^ (b >>> 16), finalOne) ^ Math.imul(a ^ (a >>> 13), finalTwo);
};

const learn = (plan: Plan, name: string): Slot => {
  const except = plan.except.inner.get(name) ?? contentAll;
  start();
  addText(name);
  return { name, one, two, below: except.whole ? undefined : planOf(except) };
};

const isRecord = (value: object): value is Readonly<Record<string, unknown>> => !Array.isArray(value);

/** Each field is hashed by itself and the hashes are added up, so their order does not matter. */
const addRecord = (record: Readonly<Record<string, unknown>>, plan: Plan): void => {
  const outerOne = one;
  const outerTwo = two;
  let sumOne = 0;
  let sumTwo = 0;
  let at = -1;
  for (const name in record) {
    at += 1;
    let slot = plan.slots[at];
    if (slot?.name !== name) slot = plan.slots[at] = learn(plan, name);
    const value = record[name];
    if (value === null || value === undefined || slot.below === undefined) continue;
    one = slot.one;
    two = slot.two;
    addValue(value, slot.below);
    sumOne = (sumOne + Math.imul(one ^ (one >>> 16), finalOne)) | 0;
    sumTwo = (sumTwo + Math.imul(two ^ (two >>> 16), finalTwo)) | 0;
  }
  one = outerOne;
  two = outerTwo;
  addWord(sumOne);
  addWord(sumTwo);
};

const addList = (values: ReadonlyArray<unknown> | Uint8Array, plan: Plan): void => {
  const items = (plan.items ??= planOf(contentAll));
  for (const value of values) addValue(value, items);
  addWord(values.length);
};

const addObject = (value: object, plan: Plan): void => {
  if (Array.isArray(value) || value instanceof Uint8Array) {
    addWord(tags.list);
    addList(value, plan);
  } else if (isRecord(value)) {
    addWord(tags.record);
    addRecord(value, plan);
  }
};

const addValue = (value: unknown, plan: Plan): void => {
  if (typeof value === 'string') {
    addWord(tags.text);
    addText(value);
  } else if (typeof value === 'number') {
    addWord(tags.number);
    addNumber(value);
  } else if (typeof value === 'object' && value !== null) addObject(value, plan);
  else addRest(value);
};

const addRest = (value: unknown): void => {
  if (typeof value === 'boolean') addWord(value ? tags.yes : tags.no);
  else if (typeof value === 'bigint') {
    addWord(tags.bigint);
    addText(value.toString());
  } else addWord(tags.nothing);
};

const exceptOf = (paths: ReadonlyArray<string>): Except => {
  const inner = new Map<string, Except>();
  for (const first of new Set(paths.map((path) => path.split('.', 1)[0] ?? ''))) {
    const below = paths.filter((path) => path.startsWith(`${first}.`)).map((path) => path.slice(first.length + 1));
    inner.set(first, { ...exceptOf(below), whole: paths.includes(first) });
  }
  return { whole: false, inner };
};

/**
 * A reader of a 53-bit hash of what a plain value says, as a safe integer. Compile once per node and call per record.
 *
 * `except` names the dotted paths that are not content; a record goes with all that is in it. The order of fields does not matter, and a
 * field that is null or absent counts for nothing: so a value hashes alike before and after a nullable field was added to its schema.
 * Not cryptographic: two multiplicative lanes as in cyrb53, finished as in murmur3.
 *
 * @example contentHash(['received_time', 'client'])({ id: '7', received_time: 1_704_067_200_000 })
 */
export const contentHash = (except: ReadonlyArray<string> = []): ((value: unknown) => number) => {
  const plan = planOf(exceptOf(except));
  return (value) => {
    start();
    addValue(value, plan);
    finish();
    return (two & 0x1fffff) * 0x1_0000_0000 + (one >>> 0);
  };
};
