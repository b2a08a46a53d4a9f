/** What a call of an OpenAI-compatible API is for. */
export type Operation = 'chat' | 'text_completion' | 'embeddings';

const endings: ReadonlyArray<readonly [ending: string, operation: Operation]> = [
  ['/chat/completions', 'chat'],
  ['/completions', 'text_completion'],
  ['/responses', 'chat'],
  ['/embeddings', 'embeddings'],
];

/** What a request is for, by the end of its path, so that deployments under a path of their own are known; undefined for what is no inference. */
export const operationOf = (method: string | undefined, url: string): Operation | undefined => {
  if (method !== 'POST') return undefined;
  const path = url.split('?', 1)[0] ?? '';
  return endings.find(([ending]) => path.endsWith(ending))?.[1];
};
