import { entrySize, sizeInMemory } from './sizes/entry-size.ts';
import { realState } from './sizes/real-state.ts';

/** Prints the sizing table of docs/operations.md: `node --expose-gc --import ts-blank-space/register scripts/docs/state-sizes.ts`. */
for (const state of await realState(12)) {
  const { key, value } = entrySize(state);
  const cells = [
    `\`${state.node}\``,
    state.each,
    state.entries.length,
    Math.round(key),
    Math.round(value),
    Math.round(await sizeInMemory(state)),
  ];
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}
