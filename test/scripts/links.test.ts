import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brokenLinks } from '../../scripts/docs/links.mjs';

const root = path.join(import.meta.dirname, '../..');

describe('links in Markdown', () => {
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(path.join(root, 'node_modules', '.links-'));
    writeFileSync(path.join(folder, 'there.md'), '# A heading, with `code`\n');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const broken = (text: string): ReadonlyArray<string> => {
    writeFileSync(path.join(folder, 'page.md'), text);
    return brokenLinks(path.relative(root, path.join(folder, 'page.md')));
  };

  it('may lead to a file, a folder, a heading or another site', () => {
    assert.deepEqual(broken('# Top\n[a](there.md) [b](.) [c](there.md#a-heading-with-code) [d](#top) [e](https://example.org/x)'), []);
  });

  it('may not lead to a file that is not there', () => {
    assert.match(broken('[a](nowhere.md)')[0] ?? '', /nowhere\.md leads nowhere/);
  });

  it('may not lead to a heading that is not there', () => {
    assert.match(broken('[a](there.md#another)')[0] ?? '', /names no heading/);
  });

  it('are not looked for in code', () => {
    assert.deepEqual(broken('`[a](nowhere.md)`\n```md\n[b](nowhere.md)\n```\n'), []);
  });
});
