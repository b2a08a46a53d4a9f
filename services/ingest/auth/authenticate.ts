import { type Refusal, refusal } from '../refusal.ts';
import type { LearnedTokens } from './jwt/learned-tokens.ts';
import type { Credential, KeyRing } from './key-ring.ts';
import type { LinkRing } from './link-ring.ts';

/** What a request shows of who sends it. */
export interface Shown {
  /** The header `Authorization`, or what a transport has in its place. */
  readonly authorization: string | undefined;
  /** The parameter `token` of the query, as it was parsed. It counts where there is no header. */
  readonly token?: unknown;
  /** Whether browser links are taken here. Elsewhere a link is nobody. */
  readonly takesLinks: boolean;
}

/** Who may be let in. */
export interface AuthPorts {
  /** The keys as they are now. */
  readonly ring: () => KeyRing;
  /** The secrets of browser links as they are now; without any, no link is valid. */
  readonly links?: (() => LinkRing) | undefined;
  /** JSON Web Tokens; a transport learns that of a request before it asks who sends it. Without it none is valid. */
  readonly tokens?: LearnedTokens | undefined;
}

const unauthenticated = refusal('unauthenticated', 'the request needs an API key that is valid: Authorization: Bearer <key>');
const badLink = refusal('unauthenticated', 'the link is not valid here, or has ended');

const linkForm = /^Link +(\S+)$/i;

/** The token of a link that a request shows, whatever it is; undefined if it shows none. */
const tokenIn = ({ authorization, token }: Shown): unknown => (authorization === undefined ? token : linkForm.exec(authorization)?.[1]);

/** Tells who sends a request at `now` (ms since the epoch). Says of no secret in which way it is wrong. */
export const authenticate = (shown: Shown, { ring, links, tokens }: AuthPorts, now: number): Credential | Refusal => {
  const token = tokenIn(shown);
  if (token !== undefined) return (shown.takesLinks ? links?.().find(token, now) : undefined) ?? badLink;
  return tokens?.find(shown.authorization) ?? ring().find(shown.authorization, now) ?? unauthenticated;
};
