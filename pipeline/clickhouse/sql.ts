/** A name as ClickHouse reads it, whatever is in it. */
export const quotedName = (name: string): string => `\`${name.replace(/[\\`]/g, '\\$&')}\``;

/** A text as a literal. */
export const quotedText = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;

/** The `SETTINGS …` of a statement. */
export const settingsClause = (settings: Readonly<Record<string, string | number>>): string =>
  `SETTINGS ${Object.entries(settings)
    .map(([name, value]) => `${name} = ${typeof value === 'number' ? value : quotedText(value)}`)
    .join(', ')}`;
