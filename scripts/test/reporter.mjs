import { writeFileSync } from 'node:fs';
import { Mocha } from 'mocha';

/** The reason that a test or one of the suites around it was skipped for, as `skipBecause` of test/support left it. */
const reasonOf = (runnable) => runnable?.skipReason ?? (runnable?.parent ? reasonOf(runnable.parent) : undefined);

/** ms. */
const exitGrace = 10_000;

/** Fails a run that is over but whose process does not end, naming what holds it open. */
const watchExit = (results, write) => {
  const timer = setTimeout(() => {
    results.failed.push(`the tests are over, but the process stays open on: ${process.getActiveResourcesInfo().join(', ')}`);
    write();
    process.exit(1);
  }, exitGrace);
  timer.unref();
};

/** Mocha's spec reporter that also writes what came out, with the reason of each skip, to the file that MILLRACE_RESULTS names. */
export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const results = { passed: 0, failed: [], skipped: [] };
    runner.on('pass', () => (results.passed += 1));
    runner.on('fail', (test) => results.failed.push(test.fullTitle()));
    runner.on('pending', (test) => results.skipped.push({ title: test.fullTitle(), reason: reasonOf(test) }));
    const file = process.env.MILLRACE_RESULTS;
    const write = () => file !== undefined && writeFileSync(file, JSON.stringify(results));
    runner.on('end', () => {
      write();
      watchExit(results, write);
    });
  }
}
