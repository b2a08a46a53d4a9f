import type { Metadata } from '@grpc/grpc-js';

/** A text of the metadata of a call; undefined where there is none. */
export const textIn = (metadata: Metadata, name: string): string | undefined => {
  const [found] = metadata.get(name);
  return typeof found === 'string' ? found : undefined;
};
