import { type Chunk, type StreamRecord, withRecords } from '../../pipeline/core/chunk.ts';
import { keyReader, type Path, pathReader } from '../../pipeline/core/key.ts';
import type { Context, NoPorts } from '../../pipeline/core/operator.ts';
import { isInhibited, isMuted } from './gate.ts';
import type { AlertNumbers, AlertPolicy, AlertReading, Notice, NoticeCause } from './policy.ts';
import { levelOf } from './severity.ts';
import type { SignalState } from './state.ts';
import { afterSilence, afterTelling, afterWindow, causeOf, dueAfter, isForgotten, unseen } from './state-machine.ts';

/** What a record says, read before anything is changed. */
interface Read {
  readonly key: string;
  readonly labels: ReadonlyArray<string>;
  readonly reading: AlertReading;
}

const lastPart = (path: string): string => path.slice(path.lastIndexOf('.') + 1);

/** The alerts of one task: takes windows in, tells what has changed, and what is due as stream time passes. */
export class AlertTask<T, Out, K extends Path<T>> {
  readonly #policy: AlertPolicy<T, Out, K>;
  readonly #numbers: AlertNumbers;
  readonly #context: Context<SignalState, NoPorts>;
  readonly #names: ReadonlyArray<string>;
  readonly #subjectOf: (value: T) => string;
  readonly #labelsOf: ReadonlyArray<(value: unknown) => unknown>;
  #told: StreamRecord<Out>[] = [];

  constructor(policy: AlertPolicy<T, Out, K>, numbers: AlertNumbers, context: Context<SignalState, NoPorts>) {
    this.#policy = policy;
    this.#numbers = numbers;
    this.#context = context;
    this.#names = policy.subject.map(lastPart);
    this.#subjectOf = keyReader(policy.subject);
    this.#labelsOf = policy.subject.map(pathReader);
  }

  run(chunk: Chunk<T>): Chunk<Out> {
    this.#told = [];
    for (const record of chunk.records) {
      this.#expire(record.asOf);
      const read = this.#context.attempt(record, this.#read);
      if (read.ok && read.value !== undefined) this.#take(record, read.value);
    }
    this.#expire(chunk.streamTime);
    return withRecords(chunk, this.#told);
  }

  readonly #read = (value: T): Read | undefined => {
    const reading = this.#policy.reading.of(value);
    if (reading === undefined || !Object.hasOwn(this.#policy.signals, reading.signal)) return undefined;
    return { key: this.#subjectOf(value), labels: this.#labelsOf.map((read) => String(read(value))), reading };
  };

  #take(record: StreamRecord<T>, { key, labels, reading }: Read): void {
    const thresholds = this.#policy.signals[reading.signal];
    const level = thresholds === undefined ? undefined : levelOf(thresholds, reading.value, reading.n);
    if (level === undefined) return this.#context.count('too_few');
    const at = Math.max(record.asOf, record.time);
    const entry = `${key}|${reading.signal}`;
    this.#catchUp(key, entry, at);
    const known = this.#context.store.get(entry) ?? unseen(labels, reading.signal, record.provenance);
    this.#tell(key, afterWindow(known, { reading, level, at, last: record.provenance }, this.#numbers), at);
  }

  /** A record may be ahead of stream time: what was due of its signal before it comes before it. */
  #catchUp(key: string, entry: string, until: number): void {
    for (;;) {
      const state = this.#context.store.get(entry);
      if (state === undefined || dueAfter(state, state.lookedAt, this.#numbers) > until) return;
      this.#context.store.delete(entry);
      this.#due(key, state);
    }
  }

  /** What is due is told as of the time at which it was due, so that it does not matter when it is looked for. */
  #expire(asOf: number): void {
    this.#context.store.expire(asOf, (entry, state) => this.#due(entry.slice(0, entry.length - state.signal.length - 1), state));
  }

  #due(key: string, state: SignalState): void {
    const at = dueAfter(state, state.lookedAt, this.#numbers);
    if (isForgotten(state, at, this.#numbers)) this.#forget(key, state, at);
    else this.#tell(key, afterSilence(state, at, this.#numbers), at);
  }

  #forget(key: string, state: SignalState, at: number): void {
    if (state.told === 'ok') return;
    this.#emit(key, { ...state, severity: 'ok', since: at }, { at, cause: 'forgotten' });
  }

  #tell(key: string, state: SignalState, at: number): void {
    const cause = causeOf(state, at, this.#numbers);
    const told = cause !== undefined && this.#mayTell(key, state, at);
    if (told) this.#emit(key, state, { at, cause });
    const next = { ...(told ? afterTelling(state, at) : state), lookedAt: at };
    this.#context.store.put(`${key}|${state.signal}`, next, dueAfter(next, at, this.#numbers));
  }

  #mayTell(key: string, state: SignalState, at: number): boolean {
    const { mutes = [], inhibits = [] } = this.#policy;
    if (isMuted(mutes, { ...this.#labels(state), signal: state.signal }, at)) {
      this.#context.count('muted');
      return false;
    }
    if (!isInhibited(inhibits, state, (signal) => this.#context.store.get(`${key}|${signal}`)?.severity)) return true;
    this.#context.count('inhibited');
    return false;
  }

  #labels({ labels }: SignalState): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#names.map((name, nth) => [name, labels[nth] ?? '']));
  }

  #emit(key: string, state: SignalState, { at, cause }: { readonly at: number; readonly cause: NoticeCause }): void {
    const { name, notice } = this.#policy;
    const { signal, severity, told, since, value, n, start, last, sequence } = state;
    const said: Notice = {
      id: [name, key, signal, sequence + 1, at].join('|'),
      policy: name,
      labels: this.#labels(state),
      signal,
      severity,
      previous: told,
      cause,
      since,
      at,
      value,
      n,
      start,
    };
    this.#context.count(`told_${severity.replace('-', '_')}`);
    this.#told.push({ key, value: notice.of(said), time: at, asOf: at, provenance: last, origin: undefined, asRead: undefined });
  }
}
