import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the project. */
const root = fileURLToPath(new URL('../../', import.meta.url));

/** The text of one of the project's files. */
export const readProjectFile = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/**
 * The page with what stands between `<!-- name -->` and `<!-- /name -->` replaced. So a page that people write can hold a part that is made.
 * Throws if the page has no such place.
 */
export const withPart = (page: string, name: string, part: string): string => {
  const place = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(\n<!-- /${name} -->)`);
  if (!place.test(page)) throw new Error(`the page has no place <!-- ${name} --> … <!-- /${name} -->`);
  return page.replace(place, (_, open: string, close: string) => `${open}\n${part}\n${close}`);
};
