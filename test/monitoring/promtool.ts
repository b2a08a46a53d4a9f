import { prepared } from '../support/prepared.ts';
import { skipBecause } from '../support/skip-because.ts';

/** The path of promtool, which checks and tests rules without any server. Skips the test, with the reason, where there is none. */
export const promtoolFor = (context: Mocha.Context): string => {
  const found = prepared('promtool');
  return 'missing' in found ? skipBecause(context, `promtool: ${found.missing}`) : found.path;
};
