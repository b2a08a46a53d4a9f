import { type ChartArrow, type ChartBox, type ChartShape, chartOf } from './chart.ts';
import type { Topology } from './graph.ts';

const frames: Readonly<Record<ChartShape, readonly [open: string, close: string]>> = {
  topic: ['[["', '"]]'],
  table: ['[("', '")]'],
  endpoint: ['>"', '"]'],
  end: ['(["', '"])'],
  split: ['{"', '"}'],
  repartition: ['[/"', '"/]'],
  merge: ['(("', '"))'],
  step: ['["', '"]'],
  state: ['[("', '")]'],
};

const boxLine = ({ id, name, kind, shape }: ChartBox): string => {
  const [open, close] = frames[shape];
  return `${id}${open}${name}${kind === undefined ? '' : `<br/><i>${kind}</i>`}${close}`;
};

const arrowLine = ({ from, to, port, dashed }: ChartArrow): string =>
  `${from} ${dashed ? '-.->' : '-->'}${port === undefined ? '' : `|${port}|`} ${to}`;

/**
 * A topology as a Mermaid flow chart: a box for each sub-topology, drums for nodes with state, a double frame for topics, a flag for endpoints, a slanted box
 * for a repartition, a diamond for a split.
 */
export const mermaid = (topology: Topology): string => {
  const { outside, broadcasts, subs, arrows } = chartOf(topology);
  return [
    'flowchart LR',
    ...[...outside, ...broadcasts].map((box) => `  ${boxLine(box)}`),
    ...subs.flatMap(({ id, name, boxes }) => [`  subgraph ${id}["${name}"]`, ...boxes.map((box) => `    ${boxLine(box)}`), '  end']),
    ...arrows.map((each) => `  ${arrowLine(each)}`),
    '',
  ].join('\n');
};
