interface Skippable {
  readonly type?: string;
  readonly parent?: Skippable | undefined;
  skipReason?: string;
}

/**
 * Skips the running test, or all tests of the suite if a hook runs, and leaves the reason where the summary reads it. Throws, as
 * mocha's own `skip` does, so that nothing after it runs.
 */
export const skipBecause = (context: Mocha.Context, reason: string): never => {
  const running = context.test as Skippable | undefined;
  const owner = running?.type === 'hook' ? running.parent : running;
  if (owner !== undefined) owner.skipReason = reason;
  return context.skip();
};
