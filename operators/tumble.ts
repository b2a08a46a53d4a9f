import { map as mapChunks } from 'rxjs';
import type { Aggregate } from '../pipeline/core/aggregate.ts';
import { MillraceError } from '../pipeline/core/errors.ts';
import type { Path, Versioned } from '../pipeline/core/key.ts';
import type { Operator } from '../pipeline/core/operator.ts';
import type { Unkeyed } from '../pipeline/core/stream.ts';
import { type DimsReader, dimsReader } from './windows/dims-reader.ts';
import { partOf, resultOf } from './windows/told-window.ts';
import { partType } from './windows/part-type.ts';
import { timeReader } from './windows/time-reader.ts';
import { type TumblePlan, type TumblePorts, TumbleTask } from './windows/tumble-task.ts';
import { type WindowEntry, windowEntrySpec } from './windows/window-entry.ts';
import type { Dims, NamedDims, Windowed, WindowPart } from './windows/windowed.ts';

/** How a tumbling window is declared. `P` says what it is of, `A` how values are summed up. */
interface TumbleOptions<T, P, A> {
  /** ms; windows are [k · size, (k + 1) · size), UTC. */
  readonly size: number;
  /** How long after its end, in ms of stream time, a window still takes records. */
  readonly lateness: number;
  /** Which time chooses the window: a timestamp-micros field, or a function that gives ms. The record's event time if left out. */
  readonly time?: Path<T> | Versioned<(value: T) => number | null | undefined>;
  /** What a window is of: field paths by name, or a function. */
  readonly per: P;
  readonly aggregate: A;
  /** Whether a value takes one out that was put in before, instead of going in itself; the aggregate must be invertible. None does if left out. */
  readonly takesOut?: Versioned<(value: T) => boolean>;
  /** `onUpdate` (default): a revision of each changed window at every commit, and a final one. `onClose`: only the final one. */
  readonly emit?: 'onUpdate' | 'onClose';
}

interface Partial {
  /** The results are of one task only, to be merged by `combine` after a repartition. */
  readonly partial: true;
}

interface Whole {
  readonly partial?: never;
}

type PathsOf<T> = Readonly<Record<string, Path<T>>>;

/** Dims that were declared as paths. */
export type DimsAt<P> = { readonly [N in keyof P]: string };

type PartialTumble<T, D extends NamedDims<D>, Acc> = Operator<T, WindowPart<D, Acc>, WindowEntry<Acc>, TumblePorts<T, D>, string, Unkeyed>;

type WholeTumble<T, P extends Dims, Acc, Out> = Operator<
  T,
  Windowed<DimsAt<P>, Out>,
  WindowEntry<Acc>,
  TumblePorts<T, DimsAt<P>>,
  P[keyof P],
  `dims.${keyof P & string}`
>;

/**
 * Aggregates records by windows of time that neither overlap nor leave gaps, and by what `per` names.
 *
 * A window closes when stream time reaches its end plus `lateness`; each record is judged at its own `asOf`. A record of a closed window
 * goes to the port `late`, or is rejected as `late` if that has no reader; one without a time is rejected as `bad_time`. Every window gets
 * a final result, in the order (closing time, key). When the stream falls quiet, windows that have changed are told as provisional, and
 * stay open. State: one entry per open window and dims; it costs one copy and one put per chunk in which it changes.
 *
 * With `takesOut` a value may take out one that was put in before: both choose their window by their own time and dims. A late one goes to
 * the port like any other, and says by itself that it takes out.
 *
 * The paths of `per` must contain the stream's partition key. With `partial` they need not: each task tells its part of a window.
 *
 * @example
 * tumble('clicks-1m', { size: minutes(1), lateness: hours(1), per: { page: 'page' }, aggregate: count() })
 */
export function tumble<T, const P extends PathsOf<T>, Acc, Out>(
  name: string,
  options: TumbleOptions<T, P, Aggregate<NoInfer<T>, Acc, Out>> & Whole,
): WholeTumble<T, P, Acc, Out>;
export function tumble<T, const P extends PathsOf<T>, Acc, Out>(
  name: string,
  options: TumbleOptions<T, P, Aggregate<NoInfer<T>, Acc, Out>> & Partial,
): PartialTumble<T, DimsAt<P>, Acc>;
export function tumble<T, D extends NamedDims<D>, Acc, Out>(
  name: string,
  options: TumbleOptions<T, Versioned<(value: T) => D>, Aggregate<NoInfer<T>, Acc, Out>> & Partial,
): PartialTumble<T, D, Acc>;
export function tumble<T, Acc, Out>(
  name: string,
  options: TumbleOptions<T, Dims | Versioned<(value: T) => Dims>, Aggregate<NoInfer<T>, Acc, Out>> & { readonly partial?: boolean },
): Operator<T, unknown, WindowEntry<Acc>, TumblePorts<T>, string, string> {
  const { size, lateness, time, aggregate, takesOut, emit = 'onUpdate', partial = false } = options;
  checkSpans(name, size, lateness);
  const out = takingOut(name, aggregate, takesOut);
  const dims = dimsReader(options.per);
  const shape = {
    size,
    lateness,
    time: typeof time === 'object' ? time.version : (time ?? null),
    per: dims.params,
    aggregate: aggregate.name,
    ...out.shape,
  };
  const plan = { size, lateness, timeOf: timeReader(time), dims, aggregate, out: out.plan, onUpdate: emit === 'onUpdate' };
  const common = {
    shape: 'step' as const,
    name,
    kind: 'tumble',
    params: { ...shape, emit, partial },
    state: windowEntrySpec(aggregate, shape),
    ports: ['late'],
    holds: size + lateness,
    lateness,
  };
  if (partial) return { ...common, partial, output: partType(aggregate), build: running({ ...plan, result: partOf(name, plan) }) };
  return { ...common, ...keys(dims), build: running({ ...plan, result: resultOf(plan) }) };
}

const checkSpans = (name: string, size: number, lateness: number): void => {
  if (!Number.isInteger(size) || size <= 0)
    throw new MillraceError('bad_topology', `tumble "${name}": a size of ${size} is not a whole number of ms`);
  if (!Number.isInteger(lateness) || lateness < 0) {
    throw new MillraceError('bad_topology', `tumble "${name}": a lateness of ${lateness} is not a whole number of ms, or 0`);
  }
};

interface TakingOut<T, Acc> {
  readonly shape: { readonly takesOut?: string };
  readonly plan: TumblePlan<T, Acc, unknown>['out'];
}

/** How values are taken out again; nothing of it shows where none is, so that such windows stay what they were. */
const takingOut = <T, Acc>(
  name: string,
  aggregate: Aggregate<T, Acc, unknown>,
  takesOut: Versioned<(value: T) => boolean> | undefined,
): TakingOut<T, Acc> => {
  if (takesOut === undefined) return { shape: {}, plan: undefined };
  const subtract = aggregate.subtract?.bind(aggregate);
  if (subtract !== undefined) return { shape: { takesOut: takesOut.version }, plan: { is: takesOut.of, subtract } };
  throw new MillraceError('bad_topology', `tumble "${name}": values are to be taken out again, but ${aggregate.name} is not invertible`);
};

/** The partition key stands in the paths of `per`, and in the results under the names that they have there. */
const keys = ({
  params,
}: DimsReader<never>): { readonly stateKey?: ReadonlyArray<string>; readonly moves?: Readonly<Record<string, string>> } => {
  if (typeof params === 'string') return {};
  const moves = Object.entries(params).map(([name, path]) => [path, `dims.${name}`] as const);
  return { stateKey: Object.values(params), moves: Object.fromEntries(moves) };
};

const running =
  <T, Acc, Out>(plan: TumblePlan<T, Acc, Out>): Operator<T, Out, WindowEntry<Acc>, TumblePorts<T>>['build'] =>
  (context) => {
    const task = new TumbleTask(plan, context);
    return mapChunks((chunk) => task.run(chunk));
  };
