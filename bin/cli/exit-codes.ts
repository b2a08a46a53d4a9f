/** What the exit codes of every command mean. */
export const exitCodes = {
  /** What was asked for is done. */
  done: 0,
  /** It could not be done, or the process had to end; standard error says why. */
  failed: 1,
  /** The command line, a setting or the topology itself is wrong: nothing was started. */
  misused: 2,
  /** `demo`, `replay --diff`: it ran, but a figure or a result is not what it has to be. */
  differs: 3,
  /** `plan`: the state of a node is not what this version of it reads. */
  needsMigration: 4,
  /** `plan`: the topology reads other topics or partitions than its group has committed. */
  needsNewGroup: 5,
  /** `redrive`: letters that were meant stay where they are. */
  lettersLeft: 6,
  /** A drain took longer than its grace period: the process ends as if it had been killed. */
  late: 137,
} as const;

/** The exit codes of `plan`, for its help page. */
export const planExitCodes: ReadonlyArray<string> = [
  '  4  needs migration: the state of a node is not what this version of it reads',
  '  5  needs a new group: it reads other topics or partitions than its group has committed',
];

/** The exit codes of what compares results, for its help page. */
export const replayExitCodes: ReadonlyArray<string> = ['  3  --diff, plan --replay: results are not the same; each output is listed'];

/** The exit codes of `redrive`, for its help page. */
export const redriveExitCodes: ReadonlyArray<string> = ['  6  letters that were meant stay where they are; each reason is told'];

/** The meaning of the exit codes, for the end of a help page. `more`: lines of codes that the command has besides. */
export const exitCodeHelp = (differs: boolean, more: ReadonlyArray<string> = []): string =>
  [
    '',
    '',
    'Exit codes:',
    '  0  done',
    '  1  failed; standard error says why and what to do',
    '  2  wrong usage, setting or topology; nothing was started',
    ...(differs ? ['  3  a figure differs from what was recomputed; each is listed'] : []),
    ...more,
    '  137  a drain took longer than its grace period',
    '  128 + n  ended at once by signal n: where a first one drains, by a second',
  ].join('\n');
