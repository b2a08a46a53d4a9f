import { MillraceError } from '../../pipeline/core/errors.ts';
import type { Clock } from '../../pipeline/core/ports/clock.ts';
import type { Log } from '../../pipeline/core/ports/log.ts';
import { readJwks, RemoteJwks } from '../../services/ingest/auth/jwt/jwks.ts';
import { LearnedTokens } from '../../services/ingest/auth/jwt/learned-tokens.ts';
import { tokenVerifier } from '../../services/ingest/auth/jwt/token-verifier.ts';
import { WatchedFiles } from '../../services/ingest/auth/watched-files.ts';
import type { Settings } from '../cli/setting-table.ts';

/** What tells the bearers of tokens, and what it watches until `close`. */
export interface OpenTokens {
  readonly tokens: LearnedTokens;
  readonly close: () => void;
}

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

const checked = (url: string): string => {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || loopback.test(hostname)) return url;
  throw new MillraceError('bad_config', '--jwt-jwks is not https: whoever stands between could have any token let in');
};

/** Opens what checks JSON Web Tokens; undefined if none are taken. Throws `bad_config`. */
export const openTokens = async (
  settings: Settings,
  ports: { readonly clock: Clock; readonly log: Log },
): Promise<OpenTokens | undefined> => {
  const { jwtIssuer: issuer, jwtAudience: audience, jwtJwks: jwks } = settings;
  if (issuer === undefined || audience === undefined || jwks === undefined) return undefined;
  const { jwtTenantClaim: tenantClaim, jwtScopeClaim: scopeClaim, jwtLeewaySeconds: leeway } = settings;
  const rules = { issuer, audience, tenantClaim, scopeClaim, leeway };
  if (/^https?:/.test(jwks)) {
    const remote = new RemoteJwks(checked(jwks), ports);
    return { tokens: new LearnedTokens(tokenVerifier(rules, () => remote.find)), close: () => undefined };
  }
  const read = ([text = '']: ReadonlyArray<string>): ReturnType<typeof readJwks> => readJwks(text);
  const file = await WatchedFiles.open({ files: [jwks], what: 'keys of tokens', read }, ports);
  return { tokens: new LearnedTokens(tokenVerifier(rules, () => file.current)), close: () => file.close() };
};
