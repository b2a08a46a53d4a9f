import { count } from '../../operators/aggregates/count.ts';
import { fields } from '../../operators/aggregates/fields.ts';
import { max } from '../../operators/aggregates/max.ts';
import { mean } from '../../operators/aggregates/mean.ts';
import { of } from '../../operators/aggregates/of.ts';
import { combine } from '../../operators/combine.ts';
import { filter } from '../../operators/filter.ts';
import { tumble } from '../../operators/tumble.ts';
import type { LateRecord, Windowed, WindowPart } from '../../operators/windows/windowed.ts';
import type { Aggregate, InvertibleAggregate } from '../../pipeline/core/aggregate.ts';
import { versioned } from '../../pipeline/core/key.ts';
import type { RecordType } from '../../pipeline/core/record-type.ts';
import type { Stream, Unkeyed } from '../../pipeline/core/stream.ts';
import { hours, minutes } from '../../pipeline/core/time.ts';
import { topic } from '../../pipeline/core/topic.ts';

interface Feedback {
  readonly tenant: string;
  readonly model: { readonly name: string; readonly version: number };
  readonly target: { readonly id: string };
  readonly score: number | null;
  readonly at: number;
}

type Same<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => undefined;

declare const byTarget: Stream<Feedback, 'tenant' | 'target.id'>;
declare const byModel: Stream<Feedback, 'tenant' | 'model.name'>;

const score = versioned('score', (feedback: Feedback) => feedback.score);
const quality = fields({ n: count(), reward: of(score, mean()) });
const minute = { size: minutes(1), lateness: hours(1) };
const perModel = { tenant: 'tenant', model: 'model.name' } as const;
interface Model {
  readonly tenant: string;
  readonly model: string;
}
interface Quality {
  readonly n: number;
  readonly reward: number | null;
}

// Whole windows: what they are of contains the partition key.
const whole = byModel.pipe(
  tumble('quality', { ...minute, time: 'at', per: { tenant: 'tenant', model: 'model.name' }, aggregate: quality }),
);
same<typeof whole extends Stream<infer T, string, unknown> ? T : never, Windowed<Model, Quality>>(true);
const late = whole.port('late');
same<typeof late extends Stream<infer T, string, unknown> ? T : never, LateRecord<Feedback, Model>>(true);
byModel.pipe(tumble('one', { ...minute, per: perModel, aggregate: count() }));
byModel.pipe(tumble('finer', { ...minute, per: { ...perModel, version: 'model.version' }, aggregate: count() }));
// The key moves into the dims, so that what keeps state behind it has to name it there.
whole.pipe(tumble('hourly', { ...minute, per: { tenant: 'dims.tenant', model: 'dims.model' }, aggregate: count() }));
// @ts-expect-error the state of the hours lacks the model
whole.pipe(tumble('hourly', { ...minute, per: { tenant: 'dims.tenant' }, aggregate: count() }));
// @ts-expect-error the stream is partitioned by target, which `per` lacks: eight tasks would make eight results
byTarget.pipe(tumble('quality', { ...minute, per: { tenant: 'tenant', model: 'model.name' }, aggregate: count() }));
// @ts-expect-error no such field
byModel.pipe(tumble('quality', { ...minute, per: { tenant: 'tenant', model: 'model.nam' }, aggregate: count() }));
// @ts-expect-error no such time
byModel.pipe(tumble('quality', { ...minute, time: 'when', per: perModel, aggregate: count() }));
// @ts-expect-error the aggregate takes numbers
byModel.pipe(tumble('quality', { ...minute, per: perModel, aggregate: mean() }));
const byName = versioned('1', (feedback: Feedback) => ({ model: feedback.model.name }));
// @ts-expect-error a function hides the key from the types: say partial
byModel.pipe(tumble('quality', { ...minute, per: byName, aggregate: count() }));

// Parts of windows: under any key, then merged behind a repartition.
const parts = byTarget.pipe(
  tumble('quality-1m', { ...minute, per: { tenant: 'tenant', model: 'model.name' }, aggregate: quality, partial: true }),
);
const keyOfParts: typeof parts extends Stream<unknown, infer K, unknown> ? K : never =
  'no field of this stream is its partition key any more: put a repartition before this';
const together = parts.repartition('by-model', { key: ['dims.tenant', 'dims.model'] }).pipe(combine('quality', quality));
same<typeof together extends Stream<infer T, string, unknown> ? T : never, Windowed<Model, Quality>>(true);
same<typeof together extends Stream<unknown, infer K, unknown> ? K : never, 'dims.tenant' | 'dims.model'>(true);
const latePart = together.port('late');
same<typeof latePart extends Stream<infer T, string, unknown> ? T : never, WindowPart<Model, unknown[]>>(true);
parts.repartition('by-start', { key: ['start'] }).pipe(combine('quality', quality));
// @ts-expect-error parts of windows need a repartition first
parts.pipe(combine('quality', quality));
// @ts-expect-error no such dim
parts.repartition('by-model', { key: ['dims.version'] });
// @ts-expect-error the parts were summed up by another aggregate
parts.repartition('by-model', { key: ['dims.tenant', 'dims.model'] }).pipe(combine('quality', count()));
// @ts-expect-error whole windows are no parts
combine('quality', quality) satisfies { flow?: { takes: (value: Windowed<Model, Quality>) => void } };

const byFunction = byTarget.pipe(
  tumble('by-function', {
    ...minute,
    time: versioned('ms', (feedback: Feedback) => feedback.at),
    per: versioned('1', (feedback: Feedback) => ({ half: feedback.model.version < 5 ? 'old' : 'new' })),
    aggregate: count(),
    emit: 'onClose',
    partial: true,
  }),
);
const half = byFunction.repartition('by-half', { key: ['dims.half'] }).pipe(combine('halves', count()));
same<typeof half extends Stream<infer T, string, unknown> ? T : never, Windowed<{ half: string }, number>>(true);

// Filters and aggregates keep their types.
const sums: InvertibleAggregate<Feedback, unknown[], Quality> = quality;
const withMax: Aggregate<Feedback, unknown[], { readonly n: number; readonly most: number | null }> = fields({
  n: count(),
  most: of(score, max()),
});
// @ts-expect-error a maximum cannot be taken back
const notInvertible: InvertibleAggregate<Feedback, unknown[], unknown> = fields({ n: count(), most: of(score, max()) });
// @ts-expect-error the selector gives a text
of(
  versioned('tenant', (feedback: Feedback) => feedback.tenant),
  mean(),
);
declare const type: RecordType<Windowed<Model, Quality>>;
together.pipe(filter('final', (window) => window.final)).to('out', topic('quality', { type, key: ['dims.tenant', 'dims.model'] }));
