import { type Command, Option } from 'commander';

const more = (text: string, earlier: ReadonlyArray<string>): ReadonlyArray<string> => [...earlier, text];

const repeatable = (flags: string, help: string): Option => new Option(flags, help).argParser(more).default([], 'none');

/** Adds the options that say which stretch of the log is replayed. */
export const addRangeOptions = (command: Command): Command =>
  command
    .option('--from <time>', 'begin with the first record of this time or later, by Kafka timestamps (default: the beginning)')
    .option('--to <time>', 'end before the first record of this time or later (default: the end as it is now)')
    .addOption(repeatable('--range <stretch>', 'a stretch of one partition by offsets, TOPIC:PARTITION:FROM-TO; repeatable'));

/** Adds the options that say how outputs are compared. */
export const addIdentityOptions = (command: Command): Command =>
  command
    .addOption(repeatable('--key <topic=paths>', 'the fields that tell results of an output apart, TOPIC=PATH,PATH; repeatable'))
    .addOption(repeatable('--ignore <path>', 'a field that may differ; repeatable'));
