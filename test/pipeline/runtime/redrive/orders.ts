import type { Topology } from '../../../../pipeline/core/graph.ts';
import { type RawTopic, rawTopic, type Topic, topic } from '../../../../pipeline/core/topic.ts';
import { topology } from '../../../../pipeline/core/topology.ts';
import { count } from '../../../../operators/aggregates/count.ts';
import { dedupe } from '../../../../operators/dedupe.ts';
import { expand } from '../../../../operators/expand.ts';
import { join } from '../../../../operators/join.ts';
import { map } from '../../../../operators/map.ts';
import { tumble } from '../../../../operators/tumble.ts';
import { validate } from '../../../../operators/validate.ts';
import { type Click, clickOf, clickType, newYear, type Visit, visitType } from '../../../support/clicks.ts';

/** Which users each check refuses. What is refused can be told from what is not by name, so a test says what it wants. */
export interface Refusals {
  readonly early?: RegExp;
  readonly check?: RegExp;
  readonly verify?: RegExp;
  readonly page?: RegExp;
  /** Given, the clicks of these users leave the stream of what is checked by a split. */
  readonly aside?: RegExp;
}

interface OrderTopics {
  readonly clicked: Topic<Click, 'user'>;
  readonly visits: Topic<Visit, 'visitor'>;
  readonly dead: RawTopic;
  /** What stands beside the checks: it gets every click once. */
  readonly all: Topic<Click, 'user'>;
  readonly checked: Topic<Click, 'user'>;
  readonly both: Topic<Click, 'user'>;
  readonly met: Topic<Click, 'user'>;
  readonly verified: Topic<Click, 'user'>;
  readonly paged: Topic<Click>;
  readonly aside: Topic<Click, 'user'>;
}

/** All that the topology reads and writes; a suffix gives it topics of its own on a broker that others use, too. */
export const orderTopics = (suffix = ''): OrderTopics => {
  const clicks = (name: string): Topic<Click, 'user'> => topic(`orders.${name}${suffix}`, { type: clickType, key: ['user'], time: 'at' });
  return {
    clicked: clicks('clicked'),
    visits: topic(`orders.visits${suffix}`, { type: visitType, key: ['visitor'], time: 'at' }),
    dead: rawTopic(`orders.dead-letter${suffix}`),
    all: clicks('all'),
    checked: clicks('checked'),
    both: clicks('both'),
    met: clicks('met'),
    verified: clicks('verified'),
    paged: topic(`orders.paged${suffix}`, { type: clickType, key: ['page.id'], time: 'at' }),
    aside: clicks('aside'),
  };
};

const refusing = (code: string, who = /^$/): Parameters<typeof validate<Click>>[1] => [
  { code, check: ({ user }) => (who.test(user) ? `${user} is refused` : undefined) },
];

/** Branches, a dedupe, a join, a merge and a repartition, with checks at different places of them. */
export const orders = (refusals: Refusals = {}, suffix = ''): Topology => {
  const topics = orderTopics(suffix);
  return topology(`orders${suffix}`, { deadLetter: topics.dead }, (t) => {
    const visits = t.source('visits', topics.visits);
    const once = t
      .source('in', topics.clicked)
      .pipe(validate('early', refusing('too_early', refusals.early)))
      .pipe(dedupe('once', { key: ['user', 'page.id', 'at'], within: 1_000_000 }));
    once.to('all', topics.all);
    const { main, aside } = once.split('sides', {
      aside: ({ user }) => refusals.aside?.test(user) === true,
      main: () => true,
    });
    aside.to('aside', topics.aside);
    const checked = main.pipe(validate('check', refusing('user_refused', refusals.check)));
    checked.to('checked', topics.checked);
    checked.merge('both-sides', once).to('both', topics.both);
    checked
      .repartition('by-page', { key: ['page.id'] })
      .pipe(validate('page-check', refusing('page_refused', refusals.page)))
      .to('paged', topics.paged);
    checked
      .pipe(tumble('per-minute', { size: 60_000, lateness: 60_000, per: { user: 'user' }, aggregate: count() }))
      .pipe(map('count', ({ start, dims: { user }, value }): Click => clickOf(user, start, { page: { id: String(value), section: null } })))
      .to('counts', topic(`orders.counts${suffix}`, { type: clickType, key: ['user'], time: 'at' }));
    const met = once.pipe(
      join('attribute', visits, {
        on: ['user'],
        rightOn: ['visitor'],
        within: 1_000_000,
        lateness: 1_000,
        left: clickType,
        carry: { type: visitType, project: (visit: Visit) => visit },
        match: (click: Click, { country }: Visit): Click => ({ ...click, page: { id: country, section: null } }),
        orphan: (click: Click) => click,
        output: clickType,
        keyed: ['user'],
      }),
    );
    met.to('met', topics.met);
    met.pipe(validate('verify', refusing('not_verified', refusals.verify))).to('verified', topics.verified);
  });
};

/** A topology in which what is refused is one of two that were made of a record. */
export const doubling = (refused: RegExp): Topology => {
  const topics = orderTopics();
  return topology('orders', { deadLetter: topics.dead }, (t) =>
    t
      .source('in', topics.clicked)
      .pipe(expand('twice', (click: Click) => [click, { ...click, page: { id: 'again', section: null } }]))
      .pipe(
        validate('check', [
          { code: 'user_refused', check: ({ user, page }) => (refused.test(user) && page.id === 'again' ? user : undefined) },
        ]),
      )
      .to('checked', topics.checked),
  );
};

/** Clicks of these users, a second apart. */
export const clicksOf = (...users: ReadonlyArray<string>): ReadonlyArray<Click> =>
  users.map((user, n) => clickOf(user, newYear + 1_000 * n));
