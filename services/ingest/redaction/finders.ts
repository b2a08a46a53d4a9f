import { isIP } from 'node:net';
import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js';
import { RE2JS } from 're2js';

/** Where something stands in a text: from the first index up to, without, the second. */
export type Span = readonly [start: number, end: number];

/** Finds what is to be redacted in a text, in its order; spans do not meet. Time is linear in the length of the text. */
export type Finder = (text: string) => ReadonlyArray<Span>;

/** The patterns that are known by name. */
export const patternNames = ['email', 'card', 'phone', 'ip'] as const;

/** One of them. */
export type PatternName = (typeof patternNames)[number];

const spansOf = (expression: RE2JS, text: string): ReadonlyArray<Span> => {
  const spans: Span[] = [];
  const matcher = expression.matcher(text);
  while (matcher.find()) if (matcher.end() > matcher.start()) spans.push([matcher.start(), matcher.end()]);
  return spans;
};

/** Finds what an expression of RE2 matches, which never takes longer than the text is. Throws what the library does if it is none. */
export const matching = (source: string): Finder => {
  const expression = RE2JS.compile(source);
  return (text) => spansOf(expression, text);
};

const among =
  (candidates: Finder, isOne: (text: string) => boolean): Finder =>
  (text) =>
    candidates(text).filter(([start, end]) => isOne(text.slice(start, end)));

const digitsOf = (text: string): ReadonlyArray<number> => Array.from(text.replaceAll(/\D/g, ''), Number);

/** The check digit of ISO/IEC 7812-1, annex B. */
const hasLuhn = (text: string): boolean => {
  const digits = digitsOf(text).toReversed();
  const sum = digits.reduce((left, digit, at) => left + (at % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0)), 0);
  return digits.length >= 13 && sum % 10 === 0;
};

const isAddress = (text: string): boolean => isIP(text) !== 0;

/** A country by its ISO 3166-1 code; undefined if there is none. */
export const countryOf = (text: string): CountryCode | undefined => {
  const code = text.toUpperCase();
  return isSupportedCountry(code) ? code : undefined;
};

const email = matching(String.raw`[\p{L}\p{N}._%+'-]{1,64}@[\p{L}\p{N}-]{1,63}(\.[\p{L}\p{N}-]{1,63})+`);
const cards = matching(String.raw`\b[0-9](?:[ -]?[0-9]){12,18}\b`);
const addresses = matching(
  String.raw`\b[0-9]{1,3}(?:\.[0-9]{1,3}){3}\b|(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f]{0,4})`,
);
const numbers = matching(String.raw`(?:\+|\b)[0-9(](?:[ ()./-]{0,2}[0-9]){5,16}\b`);

/** The finder of a name. `country`: where telephone numbers without `+` are from; without it these are not found. */
export const finderOf = (name: PatternName, country?: CountryCode): Finder => {
  const isPhone = (text: string): boolean => parsePhoneNumberFromString(text, country)?.isValid() ?? false;
  const finders = { email, card: among(cards, hasLuhn), ip: among(addresses, isAddress), phone: among(numbers, isPhone) };
  return finders[name];
};
