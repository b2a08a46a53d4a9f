import assert from 'node:assert/strict';
import { acceptedOf } from '../../../bin/cli/accepted.ts';
import { planText } from '../../../bin/cli/plan-text.ts';
import { acceptAll } from '../../../bin/services/accept-all.ts';
import { declaredManifest } from '../../../pipeline/core/manifest.ts';
import { openFindings, planChange } from '../../../pipeline/core/plan.ts';
import { topology } from '../../../pipeline/core/topology.ts';
import { dedupe } from '../../../operators/dedupe.ts';
import { map } from '../../../operators/map.ts';
import { type Click, clicked, deadLetter, paidClicks } from '../../support/clicks.ts';

const once = (except: ReadonlyArray<'at'>) =>
  topology('clicks', { deadLetter }, (t) => {
    t.source('in', clicked)
      .pipe(map('same', (click: Click) => click))
      .pipe(dedupe<Click, 'user'>('once', { key: ['user'], within: 1000, except }))
      .to('out', paidClicks);
  });

const counts = new Map([['clicked', 4]]);
const before = {
  ...declaredManifest(once([]), counts),
  format: 1 as const,
  revision: 2,
  writtenAt: '2024-01-01T00:00:00.000Z',
  begins: {},
  retired: [],
};

describe('a plan in print', () => {
  it('tells what changed, what follows, the ways out and what was not compared', () => {
    const text = planText(planChange(before, once(['at']), declaredManifest(once(['at']), counts)));
    const [head, , finding, change] = text.split('\n');
    assert.equal(head, 'clicks: needs migration, compared with revision 2, first started 2024-01-01T00:00:00.000Z');
    assert.equal(
      finding,
      'once needs migration: the state of "once" in millrace.clicks.once.changelog was written by another version of it',
    );
    assert.equal(change, '  - parameters.except: [] → ["at"]');
    assert.match(text, /--accept once=reset/);
    assert.match(text, /Safe changes:\n {2}- once\.params\.except: \[\] → \["at"\]/);
    assert.match(text, /Not compared, since these functions have no version:\n {2}- same: fn\n$/);
  });

  it('says so when nothing has run under the name', () => {
    const plan = planChange(undefined, once([]), declaredManifest(once([]), counts));
    assert.equal(planText(plan), 'clicks: safe; nothing has run under this name\n');
  });
});

describe('what is accepted', () => {
  it('is read by node', () => {
    assert.deepEqual(acceptedOf(['once=reset', 'in=keep']), { once: 'reset', in: 'keep' });
    assert.deepEqual(acceptedOf(), {});
  });

  it('is refused if it is no order, all mistakes at once', () => {
    assert.throws(() => acceptedOf(['once', 'once=drop', 'once=keep']), {
      code: 'bad_config',
      message: '--accept is "once"; it takes NODE=reset or NODE=keep\n--accept is "once=drop"; it takes NODE=reset or NODE=keep',
    });
  });

  it('is everything that lets a topology go on, on a broker that is thrown away', () => {
    const plan = planChange(before, once(['at']), declaredManifest(once(['at']), counts));
    assert.equal(plan.verdict, 'needs-migration');
    assert.deepEqual(openFindings(plan, acceptAll(once(['at']))), []);
  });
});
