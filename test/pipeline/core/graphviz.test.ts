import assert from 'node:assert/strict';
import { instance } from '@viz-js/viz';
import { chartOf } from '../../../pipeline/core/chart.ts';
import { graphviz } from '../../../pipeline/core/graphviz.ts';
import { feedback } from '../../../topologies/feedback/topology.ts';

describe('the picture of a topology', () => {
  it('has a box for every node, topic and table, and an arrow for every arrow of the chart', async () => {
    const { outside, broadcasts, subs, arrows } = chartOf(feedback);
    const boxes = [...outside, ...broadcasts, ...subs.flatMap(({ boxes: inside }) => inside)];
    const svg = (await instance()).renderString(graphviz(feedback), { format: 'svg' });
    const titles = (kind: string): ReadonlyArray<string> =>
      [...svg.matchAll(new RegExp(`class="${kind}">\\s*<title>([^<]*)</title>`, 'g'))].map(([, title = '']) => title);
    assert.deepEqual(new Set(titles('node')), new Set(boxes.map(({ id }) => id)));
    assert.equal(new Set(boxes.map(({ id }) => id)).size, boxes.length);
    assert.equal(titles('edge').length, arrows.length);
    assert.equal(titles('cluster').length, subs.length);
  });

  it('dashes what every task has in full, and names the side output of an arrow', () => {
    assert.match(graphviz(feedback), /signals -> signal \[style=dashed\];/);
    assert.match(graphviz(feedback), /attribute -> given_up \[style=solid label="orphans"\];/);
  });
});
