/** How the proxy behaves. Bytes are bytes; times are ms. */
export interface SidecarSettings {
  readonly address: { readonly host: string; readonly port: number };
  /** Where calls go: an address of http or https. A path before theirs is kept. */
  readonly upstream: URL;
  /** How much of a request, and of a response, is kept for the log. */
  readonly keptBytes: number;
  /** How much of all calls that are under way or wait to be read is kept. */
  readonly keptInAll: number;
  /** How long a connection to the upstream may take to be made. */
  readonly connectTimeout: number;
}

const kibibyte = 1_024;

/** What holds where nothing else is said. */
export const defaultSidecarSettings: Omit<SidecarSettings, 'address' | 'upstream'> = {
  keptBytes: 512 * kibibyte,
  keptInAll: 64 * kibibyte * kibibyte,
  connectTimeout: 10_000,
};
