import { LinkRing } from './link-ring.ts';
import { type LinkSecret, linkSecretFile } from './link-secrets.ts';
import { WatchedFiles, type WatchPorts } from './watched-files.ts';

/** Secrets of links as a file has them, and what their links let do. */
export interface Links {
  readonly stored: ReadonlyArray<LinkSecret>;
  readonly ring: LinkRing;
}

/** Begins to watch a file of secrets of links. Throws `bad_config` if it cannot be read or is none. */
export const watchLinks = (
  file: string,
  ports: WatchPorts,
  changed?: (now: Links, before: Links) => void,
): Promise<WatchedFiles<Links>> => {
  const read = ([text = '']: ReadonlyArray<string>): Links => {
    const stored = linkSecretFile.read(text);
    return { stored, ring: new LinkRing(stored) };
  };
  return WatchedFiles.open({ files: [file], what: linkSecretFile.what, read, changed }, ports);
};
