import { type ChartArrow, type ChartBox, type ChartShape, chartOf } from './chart.ts';
import type { Topology } from './graph.ts';

const looks: Readonly<Record<ChartShape, string>> = {
  topic: 'shape=box peripheries=2 fillcolor="#eef4ff"',
  table: 'shape=cylinder fillcolor="#eef4ff"',
  endpoint: 'shape=cds fillcolor="#eef4ff"',
  end: 'shape=box style="rounded,filled"',
  split: 'shape=diamond',
  repartition: 'shape=parallelogram',
  merge: 'shape=oval',
  step: 'shape=box',
  state: 'shape=cylinder fillcolor="#fff4d6"',
};

/** Names have neither quotes nor backslashes: a topology with such names is refused. */
const boxLine = ({ id, name, kind, shape }: ChartBox): string =>
  `${id} [label="${name}${kind === undefined ? '' : `\\n(${kind})`}" ${looks[shape]}];`;

const arrowLine = ({ from, to, port, dashed }: ChartArrow): string => {
  const label = port === undefined ? '' : ` label="${port}"`;
  return `${from} -> ${to} [style=${dashed ? 'dashed' : 'solid'}${label}];`;
};

/** A topology in Graphviz' language, in the shapes that `mermaid` uses: https://graphviz.org/doc/info/lang.html */
export const graphviz = (topology: Topology): string => {
  const { outside, broadcasts, subs, arrows } = chartOf(topology);
  return [
    `digraph "${topology.name}" {`,
    '  rankdir=TB; nodesep=0.2; ranksep=0.3; bgcolor=transparent;',
    '  node [fontname="sans-serif" fontsize=11 style=filled fillcolor=white margin="0.12,0.06" height=0.3];',
    '  edge [fontname="sans-serif" fontsize=9 arrowsize=0.6 color="#555555"];',
    ...[...outside, ...broadcasts].map((box) => `  ${boxLine(box)}`),
    ...subs.flatMap(({ id, name, boxes }) => [
      `  subgraph cluster_${id} {`,
      `    label="${name}"; fontname="sans-serif"; style="rounded,filled"; color="#cccccc"; fillcolor="#f7f7f7";`,
      ...boxes.map((box) => `    ${boxLine(box)}`),
      '  }',
    ]),
    ...arrows.map((each) => `  ${arrowLine(each)}`),
    '}',
    '',
  ].join('\n');
};
