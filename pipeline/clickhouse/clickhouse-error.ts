import { ClickHouseError } from '@clickhouse/client';
import { type ErrorCode, MillraceError, messageOf } from '../core/errors.ts';

/**
 * ClickHouse's error types that no repetition heals, by what they mean here. All others (overload, too many parts, memory, keeper, time-outs,
 * read-only replicas) count as passing trouble: rows then wait, and nothing is dropped for an error that nobody has thought of.
 */
const lasting: ReadonlyArray<readonly [code: ErrorCode, types: RegExp]> = [
  ['bad_config', /^(AUTHENTICATION_FAILED|WRONG_PASSWORD|REQUIRED_PASSWORD|UNKNOWN_USER|IP_ADDRESS_NOT_ALLOWED)$/],
  [
    'bad_table',
    /^(UNKNOWN_(TABLE|DATABASE|IDENTIFIER|SETTING|FUNCTION|TYPE|FORMAT)|NO_SUCH_COLUMN_IN_TABLE|THERE_IS_NO_COLUMN|SYNTAX_ERROR|ACCESS_DENIED|NOT_ENOUGH_PRIVILEGES|READONLY|SETTING_CONSTRAINT_VIOLATION|DUPLICATE_COLUMN|ILLEGAL_COLUMN|NOT_IMPLEMENTED|BAD_ARGUMENTS)$/,
  ],
  [
    'delivery_refused',
    /^(CANNOT_PARSE_.*|CANNOT_READ_ALL_DATA|INCORRECT_DATA|TYPE_MISMATCH|CANNOT_CONVERT_TYPE|ARGUMENT_OUT_OF_BOUND|VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE|DECIMAL_OVERFLOW|TOO_LARGE_STRING_SIZE|CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN|VIOLATED_CONSTRAINT|UNKNOWN_ELEMENT_OF_ENUM|TOO_MANY_PARTITIONS|UNEXPECTED_DATA_AFTER_PARSED_VALUE)$/,
  ],
];

const codeFor = (type: string | undefined): ErrorCode => lasting.find(([, types]) => types.test(type ?? ''))?.[0] ?? 'table_unavailable';

/** The first line, without the rows that ClickHouse quotes after it. */
const briefly = (message: string): string => (message.split('\n')[0] ?? '').slice(0, 500);

/** What a failure of the client means. `what`: the thing that was attempted, at the start of the message. */
export const clickHouseError = (thrown: unknown, what: string): MillraceError => {
  if (thrown instanceof MillraceError) return thrown;
  if (!isServerError(thrown)) return new MillraceError('table_unavailable', `${what}: ${briefly(messageOf(thrown))}`, thrown);
  const type = thrown.type ?? 'UNKNOWN';
  return new MillraceError(codeFor(type), `${what}: ${briefly(thrown.message)} (${type})`, thrown);
};

/** chDB brings a copy of the class of its own, so it is told by its parts. */
const isServerError = (thrown: unknown): thrown is Pick<ClickHouseError, 'message' | 'type'> =>
  thrown instanceof ClickHouseError || (thrown instanceof Error && 'type' in thrown && typeof thrown.type === 'string' && 'code' in thrown);
