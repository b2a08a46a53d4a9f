import { MillraceError } from '../../pipeline/core/errors.ts';
import { type Block, runBlock, type Wanted } from './block.ts';
import type { Answer } from './job.ts';

const answer = async (wanted: Wanted, block: Block): Promise<Answer> => {
  try {
    return { report: await runBlock(wanted, block) };
  } catch (error) {
    if (error instanceof MillraceError) return { failed: { code: error.code, message: error.message } };
    return { failed: { code: 'engine_defect', message: error instanceof Error ? (error.stack ?? error.message) : String(error) } };
  }
};

// A process that runs the blocks of seeds that its parent sends, one at a time, and answers each. It ends with its parent.
process.on('message', ({ wanted, block }: { readonly wanted: Wanted; readonly block: Block }) => {
  void answer(wanted, block).then((sent) => process.send?.(sent));
});
process.on('disconnect', () => process.exit());
