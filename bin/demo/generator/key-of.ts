/** The Kafka key of these parts as text. None of the generated ids holds a `|` or a backslash, so nothing is to be escaped. */
export const keyOf = (...parts: ReadonlyArray<string>): string => parts.join('|');
