import assert from 'node:assert/strict';
import { filter } from '../../../operators/filter.ts';
import { topologyFingerprint } from '../../../pipeline/core/describe.ts';
import type { Topology } from '../../../pipeline/core/graph.ts';
import { topology } from '../../../pipeline/core/topology.ts';
import { type Click, clicked, deadLetter, paidClicks } from '../../support/clicks.ts';

const clicks = (node: string, name = 'shop'): Topology =>
  topology(name, { deadLetter }, (t) => {
    t.source('in', clicked)
      .pipe(filter(node, (click: Click) => click.user !== ''))
      .to('out', paidClicks);
  });

describe('the fingerprint of a topology', () => {
  it('is the same for equal declarations: hexadecimal digits', () => {
    assert.equal(topologyFingerprint(clicks('some')), topologyFingerprint(clicks('some')));
    assert.match(topologyFingerprint(clicks('some')), /^[0-9a-f]{14}$/);
  });

  it('is another one for another name or other nodes', () => {
    const [first, ...others] = [clicks('some'), clicks('others'), clicks('some', 'store')].map(topologyFingerprint);
    assert.equal(new Set([first, ...others]).size, 3);
  });
});
