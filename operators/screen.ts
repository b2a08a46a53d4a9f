import { map as mapChunks } from 'rxjs';
import { ByteWriter } from '../pipeline/core/bytes.ts';
import { type Chunk, type StreamRecord, withRecords, withValue } from '../pipeline/core/chunk.ts';
import { MillraceError } from '../pipeline/core/errors.ts';
import { keyReader, type Path } from '../pipeline/core/key.ts';
import type { Context, Operator } from '../pipeline/core/operator.ts';
import { type Conduct, conductSpec, nothing } from './screen/entry.ts';
import { signatureOf } from './screen/min-hash.ts';
import { mistakesOf, type Quarantined, type ScreenOptions, usualThreshold, withDefaults } from './screen/options.ts';
import { afterwards, groundsOf, type Limits, type Said } from './screen/signals.ts';

/** The side output of `screen`. */
export interface ScreenPorts<T> {
  readonly quarantined: Quarantined<T>;
}

const paramsOf = <T, K extends string>(options: ScreenOptions<T, K>): Readonly<Record<string, unknown>> => {
  const { texts, delay, threshold = usualThreshold, ...plain } = options;
  return {
    ...plain,
    threshold,
    ...(texts === undefined ? {} : { texts: { ...withDefaults(texts), of: texts.of.version } }),
    ...(delay === undefined ? {} : { delay: { ...delay, of: delay.of.version } }),
  };
};

const limitsOf = <T, K extends string>({ window, rate, spread, texts, pace, delay }: ScreenOptions<T, K>): Limits => ({
  window,
  ...(rate === undefined ? {} : { rate }),
  ...(pace === undefined ? {} : { pace }),
  spread,
  texts: texts && withDefaults(texts),
  delay,
});

/**
 * Passes what people submit and holds back what looks like abuse: too many values of one submitter, over too many keys, of much the same
 * text, too close together, or too soon. Each signal has a score from 0 to 1 and a reason; the largest score decides. What reaches the
 * threshold goes to the port `quarantined` with its grounds, or is rejected as `quarantined` if nothing reads the port. Order is kept.
 *
 * Everything counts, what is held back too. One state entry for each submitter, for two windows after the last value.
 *
 * @example screen('screen', { key: ['tenant', 'submitter'], window: minutes(1), rate: { most: 30 }, spread: { of: ['target'], most: 20 } })
 * @throws MillraceError `bad_topology` with every number that is not accepted.
 */
export const screen = <T, const K extends Path<T>>(
  name: string,
  options: ScreenOptions<T, K>,
): Operator<T, T, Conduct, ScreenPorts<T>, K> => {
  const mistakes = mistakesOf(options);
  if (mistakes.length > 0) throw new MillraceError('bad_topology', `${name}: ${mistakes.join('; ')}`);
  const { key, window, spread, pace, texts } = options;
  const shape = { window, spread: spread?.of, pace: pace?.over, texts: texts?.of.version };
  return {
    shape: 'step',
    name,
    kind: 'screen',
    params: paramsOf(options),
    state: conductSpec(new ByteWriter(), shape),
    stateKey: key,
    ports: ['quarantined'],
    keeps: true,
    build: (context) => {
      const passes = screening(context, options);
      return mapChunks((chunk: Chunk<T>) => {
        const records = chunk.records.filter(passes);
        context.store.expire(chunk.streamTime);
        return withRecords(chunk, records);
      });
    },
  };
};

/** Reads what is looked at of a value that came at a time. */
const reader = <T, K extends string>({ spread, texts, delay }: ScreenOptions<T, K>) => {
  const about = spread === undefined ? undefined : keyReader(spread.of);
  const compared = texts && withDefaults(texts);
  const signature = (value: T): Said['text'] => {
    const text = compared?.of.of(value);
    return text === undefined || compared === undefined ? undefined : signatureOf(text, compared.leastWords);
  };
  return (value: T): Omit<Said, 'now'> => ({ about: about?.(value), text: signature(value), delay: delay?.of.of(value) });
};

const screening = <T, K extends string>(
  context: Context<Conduct, ScreenPorts<T>>,
  options: ScreenOptions<T, K>,
): ((record: StreamRecord<T>) => boolean) => {
  const { store } = context;
  const { key, window, threshold = usualThreshold } = options;
  const [submitterOf, read, limits] = [keyReader(key), reader(options), limitsOf(options)];
  const hold = (record: StreamRecord<T>, held: Quarantined<T>): void => {
    context.count('quarantined');
    if (context.isConnected('quarantined')) return context.emit('quarantined', withValue(record, held));
    context.reject(record, 'quarantined', held.grounds.map(({ reason }) => reason).join('; '));
  };
  return (record) => {
    store.expire(record.asOf);
    const seen = context.attempt(record, read);
    if (!seen.ok) return false;
    const said = { now: Math.max(record.time, record.asOf), ...seen.value };
    const submitter = submitterOf(record.value);
    const conduct = afterwards(store.get(submitter) ?? nothing(Math.floor(said.now / window) * window), said, limits);
    store.put(submitter, conduct, said.now + 2 * window);
    const grounds = groundsOf(conduct, said, limits);
    const score = grounds[0]?.score ?? 0;
    if (score < threshold) return true;
    hold(record, { value: record.value, score, grounds });
    return false;
  };
};
