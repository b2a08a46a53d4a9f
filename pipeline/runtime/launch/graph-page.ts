import { graphviz } from '../../core/graphviz.ts';
import type { Topology } from '../../core/graph.ts';

const page = (name: string, svg: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${name}</title>
<style>
  body { font: 14px/1.4 system-ui, sans-serif; margin: 1.5rem; color: #222; }
  svg { max-width: 100%; height: auto; }
  figure { margin: 0; overflow: auto; }
</style>
<h1>${name}</h1>
<p>Drums keep state, double frames are topics, slanted boxes repartition; dashed is what every task has in full.</p>
<figure>
${svg}</figure>
</html>
`;

/** The picture of a topology as one page of HTML that needs nothing else, laid out by Graphviz. */
export const graphPage = async (topology: Topology): Promise<string> => {
  // Loaded when somebody looks: it is WebAssembly of 1.4 MB.
  const { instance } = await import('@viz-js/viz');
  const svg = (await instance()).renderString(graphviz(topology), { format: 'svg' });
  return page(topology.name, svg.slice(svg.indexOf('<svg')));
};
