/** The header that names the inference: of a request, if its caller wants to choose the id; of every response that is logged. */
export const inferenceHeader = 'x-millrace-inference-id';

/** What concerns one connection and no message (RFC 9110, 7.6.1; RFC 9112; `Expect` is answered by the server that reads the body). */
const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

type Pair = readonly [name: string, value: string];

const pairsOf = (raw: ReadonlyArray<string>): ReadonlyArray<Pair> =>
  raw.flatMap((name, at): ReadonlyArray<Pair> => (at % 2 === 0 ? [[name, raw[at + 1] ?? '']] : []));

const namedByConnection = (pairs: ReadonlyArray<Pair>): ReadonlySet<string> =>
  new Set(
    pairs
      .filter(([name]) => name.toLowerCase() === 'connection')
      .flatMap(([, value]) => value.split(',').map((option) => option.trim().toLowerCase())),
  );

/**
 * The headers of a message that go on with it, in their order and spelling, repeated ones too: all but those of the connection and `without`.
 * Given and returned as Node has them: names and values in turn.
 */
export const onwardHeaders = (raw: ReadonlyArray<string>, without: ReadonlyArray<string> = []): string[] => {
  const pairs = pairsOf(raw);
  const named = namedByConnection(pairs);
  const goesOn = ([name]: Pair): boolean => {
    const key = name.toLowerCase();
    return !hopByHop.has(key) && !named.has(key) && !without.includes(key);
  };
  return pairs.filter(goesOn).flat();
};

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The id that a caller has chosen; undefined if there is none or it is no UUID. */
export const chosenId = (header: string | ReadonlyArray<string> | undefined): string | undefined =>
  typeof header === 'string' && uuid.test(header) ? header : undefined;
