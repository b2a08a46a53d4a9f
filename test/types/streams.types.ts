/* What compiles and what must not: checked by the compiler alone, never run. */
import { filter } from '../../operators/filter.ts';
import { map } from '../../operators/map.ts';
import type { Tombstone } from '../../pipeline/core/chunk.ts';
import { endpoint } from '../../pipeline/core/endpoint.ts';
import type { Path } from '../../pipeline/core/key.ts';
import type { JoinOperator, NoPorts, Operator } from '../../pipeline/core/operator.ts';
import type { Stream } from '../../pipeline/core/stream.ts';
import { topic } from '../../pipeline/core/topic.ts';
import { topology } from '../../pipeline/core/topology.ts';
import { type Click, clicked, clickType, deadLetter, lastVisits, paidClicks, type Visit, visits } from '../support/clicks.ts';

declare const remember: <T, const K extends Path<T>>(
  name: string,
  options: { readonly key: ReadonlyArray<K> },
) => Operator<T, T, string, NoPorts, K>;
declare const meet: <L, R, const K extends Path<L>, const G extends string>(
  name: string,
  right: Stream<R>,
  options: { readonly on: ReadonlyArray<K>; readonly keyed: ReadonlyArray<G> },
) => JoinOperator<L, R, { readonly left: L; readonly right: R }, string, { readonly lost: L | Tombstone<L> }, K, G>;
declare const gone: Operator<Visit, Visit, string, { readonly ended: Visit | Tombstone<Visit> }, 'visitor'>;

topology('types', { deadLetter }, (t) => {
  const clicks = t.source('clicks', clicked);
  const seen = t.source('visits', visits);

  // The value's type is inferred from the topic, through operators, to the sink.
  const loud = clicks
    .pipe(map('loud', (click) => ({ ...click, user: click.user.toUpperCase() })))
    .pipe(filter('paid', (click) => click.paid));
  loud.to('paid-clicks', paidClicks);
  loud.to('hook', endpoint('click-hook', { type: clickType }));
  // @ts-expect-error an endpoint of another type
  seen.to('wrong-hook', endpoint('click-hook', { type: clickType }));
  // @ts-expect-error a sink of another type
  loud.to('to-visits', visits);
  // @ts-expect-error a field that the value does not have
  clicks.pipe(map('nothing', ({ nothing }) => 1));

  // State under a key that contains the partition key compiles; under another it does not.
  clicks.pipe(remember('once', { key: ['user', 'page.id'] })).to('once-out', paidClicks);
  // @ts-expect-error the stream's partition key is missing from the key
  clicks.pipe(remember('per-page', { key: ['page.id'] }));
  // @ts-expect-error a path that does not exist
  clicks.pipe(remember('typo', { key: ['user', 'page.idd'] }));
  // @ts-expect-error a path to a record is not a key
  clicks.pipe(remember('record', { key: ['user', 'page'] }));

  // A map that drops the key's field loses the partition key; a repartition brings another.
  const pages = clicks.pipe(map('pages', (click) => click.page));
  // @ts-expect-error no field of the stream is its partition key any more
  pages.pipe(remember('per-section', { key: ['id', 'section'] }));
  pages.repartition('by-page', { key: ['id'] }).pipe(remember('per-page-id', { key: ['id', 'section'] }));

  // A join says where the partition key stands in what it makes.
  const met = clicks.pipe(meet('meet', seen, { on: ['user'], keyed: ['left.user'] }));
  met.pipe(remember('met-once', { key: ['left.user', 'right.country'] }));
  // @ts-expect-error the key is under left now
  met.pipe(remember('met-twice', { key: ['right.country'] }));

  // Side outputs have their own type; tombstones need a compacted topic.
  const visitsGone = seen.pipe(gone);
  visitsGone.port('ended').to('ended', lastVisits);
  // @ts-expect-error a plain topic takes no tombstones
  visitsGone.port('ended').to('ended-plain', visits);
  // @ts-expect-error there is no such port
  visitsGone.port('late');

  // The cases of a split narrow.
  const isPaid = (click: Click): click is Click & { readonly paid: true } => click.paid;
  const { paid, free } = clicks.split('by-payment', { paid: isPaid, free: (click) => !click.paid });
  paid.pipe(map('narrowed', (click) => ({ ...click, paid: click.paid satisfies true }))).to('narrow-out', paidClicks);
  free.to('free', paidClicks);

  // A merged stream carries either.
  clicks.merge('both', seen).pipe(map('who', (either) => ('user' in either ? either.user : either.visitor)));
});

topic('keyed', { type: clickType, key: ['user'], time: 'at' });
// @ts-expect-error a key path that the type does not have
topic('unkeyed', { type: clickType, key: ['usr'] });
// @ts-expect-error a time path that the type does not have
topic('untimed', { type: clickType, key: ['user'], time: 'when' });
