const count = (results, pick) => results.reduce((sum, result) => sum + pick(result), 0);

/**
 * Prints every failure and every skip with its reason, and then, alone on the last line, the closing line. Returns the exit code. A run
 * without a test is a failure.
 */
export const summarise = (results) => {
  const totals = {
    passed: count(results, ({ passed }) => passed),
    failed: count(results, ({ failed }) => failed.length),
    skipped: count(results, ({ skipped }) => skipped.length),
  };
  const lines = results.flatMap(({ name, failed, skipped }) => [
    ...failed.map((title) => `failed  [${name}] ${title}`),
    ...skipped.map(({ title, reason }) => `skipped [${name}] ${title}: ${reason}`),
  ]);
  process.stdout.write(`\n${lines.map((line) => `${line}\n`).join('')}`);
  if (totals.passed + totals.failed === 0) process.stdout.write('No test ran.\n');
  process.stdout.write(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`);
  return totals.failed === 0 && totals.passed > 0 ? 0 : 1;
};
