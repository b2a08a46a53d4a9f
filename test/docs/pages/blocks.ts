/** A fenced block of a Markdown page. */
export interface Block {
  /** The first word after the fence, e.g. `ts`. */
  readonly language: string;
  /** The rest of that line: for a `ts` block the name of the file that it is. */
  readonly name: string;
  readonly text: string;
  /** Where the block stands in the page, counted from 1. */
  readonly line: number;
}

const fenced = /^```(\S*)[ \t]*(.*)\n([\s\S]*?)^```$/gm;

/** The fenced blocks of a Markdown page in their order. */
export const blocksOf = (page: string): ReadonlyArray<Block> =>
  [...page.matchAll(fenced)].map(({ index, 1: language = '', 2: name = '', 3: text = '' }) => ({
    language,
    name: name.trim(),
    text,
    line: page.slice(0, index).split('\n').length,
  }));
