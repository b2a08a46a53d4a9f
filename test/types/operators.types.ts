/* What compiles and what must not: checked by the compiler alone, never run. */
import { dedupe } from '../../operators/dedupe.ts';
import { enrich } from '../../operators/enrich.ts';
import { expand } from '../../operators/expand.ts';
import { filter } from '../../operators/filter.ts';
import { join } from '../../operators/join.ts';
import { lookup } from '../../operators/lookup.ts';
import { map } from '../../operators/map.ts';
import { sample } from '../../operators/sample.ts';
import { validate } from '../../operators/validate.ts';
import type { Tombstone } from '../../pipeline/core/chunk.ts';
import { versioned } from '../../pipeline/core/key.ts';
import type { RecordType } from '../../pipeline/core/record-type.ts';
import type { Mistake, Stream, Unkeyed } from '../../pipeline/core/stream.ts';
import type { BroadcastRef } from '../../pipeline/core/stream-ref.ts';
import { hours } from '../../pipeline/core/time.ts';

interface Feedback {
  readonly tenant: string;
  readonly target: { readonly id: string; readonly kind: string };
  readonly id: string;
  readonly stars: number | null;
  readonly tags: ReadonlyArray<string>;
  readonly client: { readonly sdk: string };
}

interface Inference {
  readonly tenant: string;
  readonly inference_id: string;
  readonly model: string;
}

interface Summary {
  readonly model: string;
}

interface Attributed {
  readonly feedback: Feedback;
  readonly model: string;
}

interface Lost {
  readonly id: string;
}

type Same<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => undefined;
type ValueOf<S> = S extends Stream<infer T, infer _K, infer _P> ? T : never;
type KeyOf<S> = S extends Stream<infer _T, infer K, infer _P> ? K : never;

declare const feedback: Stream<Feedback, 'tenant' | 'target.id'>;
declare const inferences: Stream<Inference, 'tenant' | 'inference_id'>;
declare const feedbackType: RecordType<Feedback>;
declare const inferenceType: RecordType<Inference>;
declare const summaryType: RecordType<Summary>;
declare const segments: BroadcastRef<{ readonly name: string }>;

// A map infers what it takes and makes; the key stays where the fields stay.
const ids = feedback.pipe(map('ids', (one) => ({ id: one.id })));
same<ValueOf<typeof ids>, { id: string }>(true);
same<KeyOf<typeof ids>, Unkeyed>(true);
const flat = feedback.pipe(
  map('flat', ({ tenant, target }: Feedback) => ({ owner: tenant, target: target.id }), { keyed: ['owner', 'target'] }),
);
same<KeyOf<typeof flat>, 'owner' | 'target'>(true);
const loud = feedback.pipe(map('loud', (one) => ({ ...one, id: one.id.toUpperCase() })));
same<KeyOf<typeof loud>, 'tenant' | 'target.id'>(true);
// @ts-expect-error the output has no such field
feedback.pipe(map('flat', ({ tenant }) => ({ owner: tenant }), { keyed: ['tenant'] }));
// @ts-expect-error a field that the value does not have
feedback.pipe(map('typo', ({ star }) => (star ? 1 : 2)));
// @ts-expect-error the output is written as another type
feedback.pipe(map('wrong', ({ id }) => ({ id }), { output: summaryType }));

// A guard narrows, and a predicate does not.
type Rated = Feedback & { readonly stars: number };
const isRated = (one: Feedback): one is Rated => one.stars !== null;
same<ValueOf<ReturnType<typeof rated>>, Rated>(true);
const rated = () => feedback.pipe(filter('rated', isRated));
const good = feedback.pipe(filter('good', ({ stars }) => (stars ?? 0) > 3));
same<ValueOf<typeof good>, Feedback>(true);
// @ts-expect-error a predicate answers yes or no
feedback.pipe(filter('bad', ({ stars }) => stars));

// Each value that is expanded stands alone.
const tags = feedback.pipe(expand('tags', ({ tenant, target, tags: all }) => all.map((tag) => ({ tenant, target, tag }))));
same<ValueOf<typeof tags>['tag'], string>(true);
same<KeyOf<typeof tags>, 'tenant' | 'target.id'>(true);
// @ts-expect-error one value is not many
feedback.pipe(expand('one', ({ id }) => ({ id })));

// Rules see the value's type, and the last one may narrow it.
const validated = feedback.pipe(validate('rules', [{ code: 'no_id', check: ({ id }) => (id === '' ? 'empty' : undefined) }]));
same<ValueOf<typeof validated>, Feedback>(true);
const narrowed = feedback.pipe(validate('rules', [], { code: 'no_stars', is: isRated, detail: 'no stars' }));
same<ValueOf<typeof narrowed>, Rated>(true);
// @ts-expect-error a rule says what is wrong in words
feedback.pipe(validate('rules', [{ code: 'no_id', check: ({ id }) => id !== '' }]));

// The key of what is remembered contains the stream's partition key, and the error is a sentence.
const once = feedback.pipe(dedupe('once', { key: ['tenant', 'target.id', 'id'], within: hours(24), except: ['client', 'target.kind'] }));
same<KeyOf<typeof once>, 'tenant' | 'target.id'>(true);
// @ts-expect-error the partition key's target.id is missing
feedback.pipe(dedupe('once', { key: ['tenant', 'id'], within: hours(24) }));
// @ts-expect-error no field of the stream is its partition key any more
ids.pipe(dedupe('once', { key: ['id'], within: hours(24) }));
// @ts-expect-error a path that does not exist
feedback.pipe(dedupe('once', { key: ['tenant', 'target.id', 'idd'], within: hours(24) }));
// @ts-expect-error a path to a record is no part of a key
feedback.pipe(dedupe('once', { key: ['tenant', 'target', 'id'], within: hours(24) }));
// @ts-expect-error a field that does not exist cannot be left out
feedback.pipe(dedupe('once', { key: ['tenant', 'target.id', 'id'], within: hours(24), except: ['received'] }));

type Sentence<S> = S extends Mistake<infer Text> ? Text : 'no sentence';
type PipeThis<S extends { pipe: unknown }, Needs extends string> = S['pipe'] extends (this: infer This, ...rest: never) => unknown
  ? This
  : Needs;

// A share is drawn by paths or by a function with a version.
same<ValueOf<ReturnType<typeof tenth>>, Feedback>(true);
const tenth = () => feedback.pipe(sample('tenth', { ratio: 0.1, key: ['id'] }));
feedback.pipe(sample('tenth', { ratio: 0.1, key: versioned('1', ({ id }) => id.slice(0, 8)) }));
// @ts-expect-error a function without a version
feedback.pipe(sample('tenth', { ratio: 0.1, key: () => 'id' }));
// @ts-expect-error a path that does not exist
feedback.pipe(sample('tenth', { ratio: 0.1, key: ['user'] }));

// A table's row may be missing; an answer may be late.
const enriched = feedback.pipe(
  enrich('segments', segments, {
    key: ['tenant'],
    merge: (one: Feedback, row) => ({ tenant: one.tenant, target: one.target, segment: row?.name ?? null }),
  }),
);
same<ValueOf<typeof enriched>['segment'], string | null>(true);
same<KeyOf<typeof enriched>, 'tenant' | 'target.id'>(true);
feedback.pipe(
  enrich('segments', segments, {
    key: ['tenant'],
    // @ts-expect-error the row may be missing
    merge: (one: Feedback, row) => ({ ...one, segment: row.name }),
  }),
);
const looked = feedback.pipe(
  lookup('profiles', {
    port: 'profiles',
    deadline: 50,
    key: ['tenant'],
    merge: (one: Feedback, answer: { readonly tier: string } | undefined | 'late') => ({
      ...one,
      tier: answer === 'late' ? null : (answer?.tier ?? null),
    }),
  }),
);
same<ValueOf<typeof looked>['tier'], string | null>(true);

// A join: what is carried, met, lost, and where the key stands afterwards.
const attribution = {
  within: hours(24),
  lateness: hours(1),
  left: feedbackType,
  carry: { type: summaryType, project: ({ model }: Inference): Summary => ({ model }) },
  match: (one: Feedback, { model }: Summary): Attributed => ({ feedback: one, model }),
  orphan: ({ id }: Feedback): Lost => ({ id }),
};
const attributed = feedback.pipe(
  join('attribute', inferences, {
    ...attribution,
    on: ['tenant', 'target.id'],
    rightOn: ['tenant', 'inference_id'],
    keyed: ['feedback.tenant', 'feedback.target.id'],
  }),
);
same<ValueOf<typeof attributed>, Attributed>(true);
same<KeyOf<typeof attributed>, 'feedback.tenant' | 'feedback.target.id'>(true);
const orphans = attributed.port('orphans');
same<ValueOf<typeof orphans>, Lost | Tombstone<Lost>>(true);
// @ts-expect-error there is no such port
attributed.port('lost');
// @ts-expect-error the stream's target.id is missing from what it is joined on
feedback.pipe(join('attribute', inferences, { ...attribution, on: ['tenant'], rightOn: ['tenant'] }));
// @ts-expect-error a path that the right side does not have
feedback.pipe(join('attribute', inferences, { ...attribution, on: ['tenant', 'target.id'], rightOn: ['tenant', 'id'] }));
const both = { on: ['tenant', 'target.id'], rightOn: ['tenant', 'inference_id'] } as const;
// @ts-expect-error what is carried is not of its type
feedback.pipe(join('attribute', inferences, { ...attribution, ...both, carry: { type: summaryType, project: ({ model }) => model } }));
// @ts-expect-error what waits is not the left side
feedback.pipe(join('attribute', inferences, { ...attribution, ...both, left: inferenceType }));
