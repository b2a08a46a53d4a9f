import type { Block } from './blocks.ts';

/** The files of a page at one point of it, by name. */
export type Files = ReadonlyMap<string, string>;

/** A program of a page that is run, or a command line, with what the page shows of its output. */
export interface Run {
  /** A file of the page (`clicks.ts`), or a command as a reader types it (`npx millrace graph clicks.ts`). */
  readonly what: string;
  /** Undefined where the page shows none: it then only has to succeed. */
  readonly shown: string | undefined;
  readonly line: number;
}

/** The files of a page up to the point at which one of them is replaced, and what is run with them. */
export interface Step {
  readonly files: Files;
  readonly runs: ReadonlyArray<Run>;
}

interface OpenStep {
  readonly files: Map<string, string>;
  readonly runs: Run[];
}

const isTest = (name: string): boolean => name.endsWith('.test.ts');

const commandsOf = ({ text, line }: Block): ReadonlyArray<Run> =>
  text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [what = '', ...shown] = part.split('\n');
      return { what, shown: shown.join('\n'), line };
    });

const addProgram = (step: OpenStep, block: Block, next: Block | undefined): void => {
  if (block.name === '') throw new Error(`the ts block in line ${block.line} does not say which file it is`);
  step.files.set(block.name, block.text);
  const shown = next?.language === 'text' ? next.text : undefined;
  if (shown !== undefined || isTest(block.name)) step.runs.push({ what: block.name, shown, line: block.line });
};

/**
 * What a page's blocks do, in order: a `ts` block is a file, which replaces an earlier one of its name; it is run if it is a test or if a
 * `text` block with its output follows. A `console` block is command lines, each behind `$ `, with their output.
 */
export const stepsOf = (blocks: ReadonlyArray<Block>): ReadonlyArray<Step> => {
  let step: OpenStep = { files: new Map(), runs: [] };
  const steps = [step];
  blocks.forEach((block, at) => {
    if (block.language === 'console') step.runs.push(...commandsOf(block));
    if (block.language !== 'ts') return;
    if (step.files.has(block.name)) {
      step = { files: new Map(step.files), runs: [] };
      steps.push(step);
    }
    addProgram(step, block, blocks[at + 1]);
  });
  return steps;
};
