import { MillraceError } from '../../pipeline/core/errors.ts';
import type { Acceptance } from '../../pipeline/core/plan-finding.ts';
import type { Accepted } from '../../pipeline/core/plan.ts';

const orderIn = (text: string): readonly [node: string, order: Acceptance] | undefined => {
  const [, node, order] = /^([a-z][a-z0-9-]*)=(reset|keep)$/.exec(text) ?? [];
  if (node === undefined) return undefined;
  return [node, order === 'reset' ? 'reset' : 'keep'];
};

/**
 * Reads what was ordered with `--accept NODE=reset` or `--accept NODE=keep`.
 *
 * @throws MillraceError `bad_config` with every order that is not one.
 */
export const acceptedOf = (given: ReadonlyArray<string> = []): Accepted => {
  const mistakes = given
    .filter((text) => orderIn(text) === undefined)
    .map((text) => `--accept is "${text}"; it takes NODE=reset or NODE=keep`);
  if (mistakes.length > 0) throw new MillraceError('bad_config', mistakes.join('\n'));
  return Object.fromEntries(
    given.flatMap((text) => {
      const order = orderIn(text);
      return order === undefined ? [] : [order];
    }),
  );
};
