import { type Command, Option } from 'commander';
import { describe } from '../../pipeline/core/describe.ts';
import type { Topology } from '../../pipeline/core/graph.ts';
import { mermaid } from '../../pipeline/core/mermaid.ts';
import type { CommandContext } from '../cli/context.ts';
import { exitCodeHelp } from '../cli/exit-codes.ts';
import { loadTopology } from '../cli/load-topology.ts';

const formats = ['mermaid', 'json', 'html'] as const;

type Format = (typeof formats)[number];

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A page that draws the chart with Mermaid, which the browser fetches; without a network it shows the chart's text. */
const page = (topology: Topology): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${escaped(topology.name)}</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem; } pre { overflow: auto; }</style>
<h1>${escaped(topology.name)}</h1>
<pre class="mermaid">
${escaped(mermaid(topology))}</pre>
<script type="module">
  import mermaid from 'https://cdn.jsdelivr.net/npm/mermaid@11/dist/mermaid.esm.min.mjs';
  mermaid.initialize({ startOnLoad: true, maxTextSize: 200000 });
</script>
</html>
`;

const writers: Readonly<Record<Format, (topology: Topology) => string>> = {
  mermaid,
  json: (topology) => `${JSON.stringify(describe(topology), null, 2)}\n`,
  html: page,
};

const example = `
Examples:
  $ millrace graph feedback
  $ millrace graph ./clicks.js#clicks --format html > clicks.html`;

/** Adds `millrace graph`: prints what a topology is. Touches no broker. */
export const addGraph = (program: Command, { print }: CommandContext): void => {
  program
    .command('graph')
    .description('print the graph of a topology')
    .argument('<topology>', 'name of a shipped topology, or path of a module, with #export if it has several')
    .addOption(new Option('--format <format>', 'how to print it').choices(formats).default('mermaid'))
    .addHelpText('after', example + exitCodeHelp(false))
    .action(async (given: string, { format }: { readonly format: Format }) => {
      print(writers[format](await loadTopology(given)));
    });
};
