import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from '../setup/paths.mjs';

const withoutCode = (text) => text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '');

const linksOf = (text) => [...withoutCode(text).matchAll(/\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)].map(([, target]) => target);

/** The anchor that a heading gets, by GitHub's rule. */
const slug = (heading) =>
  heading
    .toLowerCase()
    .replace(/[`*]|\[|\]\([^)]*\)/g, '')
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

const anchorsOf = (file) => {
  const text = readFileSync(file, 'utf8').replace(/^(```|~~~)[\s\S]*?^\1/gm, '');
  return new Set([...text.matchAll(/^#{1,6}\s+(.+)$/gm)].map(([, heading]) => slug(heading)));
};

const problem = (file, link) => {
  const [target, anchor] = link.split('#');
  const resolved = target === '' ? path.join(root, file) : path.resolve(root, path.dirname(file), decodeURIComponent(target));
  if (!existsSync(resolved)) return `${file}: ${link} leads nowhere`;
  const checkable = anchor !== undefined && resolved.endsWith('.md') && statSync(resolved).isFile();
  return checkable && !anchorsOf(resolved).has(anchor) ? `${file}: ${link} names no heading there` : undefined;
};

/** What is wrong with the relative links of a Markdown file: targets that do not exist, anchors without a heading. */
export const brokenLinks = (file) =>
  linksOf(readFileSync(path.join(root, file), 'utf8'))
    .filter((link) => !/^[a-z][a-z0-9+.-]*:/i.test(link))
    .map((link) => problem(file, link))
    .filter((line) => line !== undefined);
