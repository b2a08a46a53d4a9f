import { type Command, Option } from 'commander';
import { describe } from '../../pipeline/core/describe.ts';
import type { Topology } from '../../pipeline/core/graph.ts';
import { mermaid } from '../../pipeline/core/mermaid.ts';
import { graphPage } from '../../pipeline/runtime/launch/graph-page.ts';
import type { CommandContext } from '../cli/context.ts';
import { exitCodeHelp } from '../cli/exit-codes.ts';
import { loadTopology } from '../cli/load-topology.ts';

const formats = ['mermaid', 'json', 'html'] as const;

type Format = (typeof formats)[number];

const writers: Readonly<Record<Format, (topology: Topology) => string | Promise<string>>> = {
  mermaid,
  json: (topology) => `${JSON.stringify(describe(topology), null, 2)}\n`,
  html: graphPage,
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
      print(await writers[format](await loadTopology(given)));
    });
};
