import { mermaid } from '../../pipeline/core/mermaid.ts';
import { feedback } from '../../topologies/feedback/topology.ts';
import { readProjectFile, withPart } from './with-part.ts';

const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;

/** The declaration itself, without imports and comments before it. */
const declaration = (): string => {
  const source = readProjectFile('topologies/feedback/topology.ts');
  const at = source.indexOf('export const feedback');
  if (at < 0) throw new Error('topologies/feedback/topology.ts does not export feedback');
  return source.slice(at);
};

/** README.md, with its picture and its declaration as they are now. */
const page = withPart(readProjectFile('README.md'), 'graph', fenced('mermaid', mermaid(feedback)));

process.stdout.write(withPart(page, 'topology', fenced('ts', declaration())));
