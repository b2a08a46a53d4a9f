/** Told of what passes through a stream. Exactly one of `ended` and `failed` comes, once, if the stream is read to its end or given up. */
export interface Listener {
  taken(chunk: unknown): void;
  ended(): void;
  failed(thrown: unknown): void;
}

/** Whether a value is a stream. */
export const isStream = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

const tapped = (iterator: AsyncIterator<unknown>, listener: Listener): AsyncIterableIterator<unknown> => ({
  next: async () => {
    try {
      const result = await iterator.next();
      if (result.done === true) listener.ended();
      else listener.taken(result.value);
      return result;
    } catch (thrown) {
      listener.failed(thrown);
      throw thrown;
    }
  },
  return: async (value?: unknown) => {
    listener.ended();
    return (await iterator.return?.(value)) ?? { done: true, value };
  },
  [Symbol.asyncIterator]() {
    return this;
  },
});

/** Where the stream of a client makes its iterators: OpenAI's has a field for it, on which its `tee` stands as well. */
const makerOf = (stream: object): PropertyKey =>
  typeof Reflect.get(stream, 'iterator') === 'function' ? 'iterator' : Symbol.asyncIterator;

const isIterator = (value: unknown): value is AsyncIterator<unknown> => typeof value === 'object' && value !== null && 'next' in value;

/**
 * Lets a listener hear what the reader of a stream reads. The stream stays the same object; what is not read is not heard. False if the stream cannot be
 * listened to, because it is frozen.
 */
export const tapStream = (stream: AsyncIterable<unknown>, listener: Listener): boolean => {
  const name = makerOf(stream);
  const make: unknown = Reflect.get(stream, name);
  if (typeof make !== 'function') return false;
  let isOver = false;
  const once = (then: () => void): void => {
    if (!isOver) then();
    isOver = true;
  };
  const told: Listener = {
    taken: (chunk) => listener.taken(chunk),
    ended: () => once(() => listener.ended()),
    failed: (thrown) => once(() => listener.failed(thrown)),
  };
  const value = (): unknown => {
    const iterator: unknown = Reflect.apply(make, stream, []);
    return isIterator(iterator) ? tapped(iterator, told) : iterator;
  };
  return Reflect.defineProperty(stream, name, { value, configurable: true, writable: true });
};
