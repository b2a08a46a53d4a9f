import { createHash } from 'node:crypto';
import { type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { type Refusal, refusal } from '../../refusal.ts';
import { type Scope, scopes } from '../key-file.ts';
import type { Credential } from '../key-ring.ts';
import { tenantName } from '../stored-file.ts';
import { KeysUnreachable } from './jwks.ts';

/** What a token has to say. */
export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
  /** The claim with the name of the tenant, a text. */
  readonly tenantClaim: string;
  /** The claim with the scopes: a text with spaces, or a list of texts. What is no scope of ours does not count. */
  readonly scopeClaim: string;
  /** By how much the clocks of issuer and API may differ, in s. */
  readonly leeway: number;
}

/** Signatures by public keys: whoever can check a token cannot make one. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];

const form = /^Bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/i;

const retryAfterMs = 1_000;

const invalid = refusal('unauthenticated', 'the token is not valid here, or has ended');
const unreachable = refusal('unavailable', 'the keys of the issuer of tokens cannot be had; come again', { retryAfterMs });

const idLength = 12;

/** Stands for the bearer in the log: nobody's name. */
const idOf = ({ iss, sub }: JWTPayload): string => createHash('sha256').update(`${iss}|${sub}`).digest('hex').slice(0, idLength);

const isScope = (text: unknown): text is Scope => scopes.some((scope) => scope === text);

const scopesIn = (claim: unknown): ReadonlySet<Scope> => {
  const given: ReadonlyArray<unknown> = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  return new Set(given.filter(isScope));
};

const credentialOf = (claims: JWTPayload, { tenantClaim, scopeClaim }: TokenRules): Credential | Refusal => {
  const tenant = Object.hasOwn(claims, tenantClaim) ? claims[tenantClaim] : undefined;
  if (typeof tenant !== 'string' || !tenantName.test(tenant)) return invalid;
  const scope = Object.hasOwn(claims, scopeClaim) ? claims[scopeClaim] : undefined;
  return { keyId: `jwt-${idOf(claims)}`, tenant, scopes: scopesIn(scope) };
};

/** Tells who the bearers of JSON Web Tokens (RFC 7519) are. */
export interface TokenVerifier {
  /** Whether a header `Authorization` holds what looks like such a token. */
  isToken(authorization: string): boolean;
  /** Who a header `Authorization` is at `now` (ms since the epoch); undefined if it holds no such token. Never rejects. */
  verify(authorization: string | undefined, now: number): Promise<Credential | Refusal> | undefined;
}

/** Makes a verifier of tokens that are signed by keys that `find` finds. Where these cannot be had, a token is answered 503: it may be right. */
export const tokenVerifier = (rules: TokenRules, find: () => JWTVerifyGetKey): TokenVerifier => {
  const { issuer, audience, leeway } = rules;
  const verified = async (token: string, now: number): Promise<Credential | Refusal> => {
    try {
      const options = { issuer, audience, algorithms, clockTolerance: leeway, currentDate: new Date(now), requiredClaims: ['exp', 'sub'] };
      const { payload } = await jwtVerify(token, find(), options);
      return credentialOf(payload, rules);
    } catch (error) {
      return error instanceof KeysUnreachable ? unreachable : invalid;
    }
  };
  return {
    isToken: (authorization) => form.test(authorization),
    verify: (authorization, now) => {
      const token = form.exec(authorization ?? '')?.[1];
      return token === undefined ? undefined : verified(token, now);
    },
  };
};
