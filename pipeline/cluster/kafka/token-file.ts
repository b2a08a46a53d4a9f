import { MillraceError } from '../../core/errors.ts';
import type { Token } from './client.ts';
import { readSecret } from './read-secret.ts';

const claimsOf = (token: string): unknown => {
  const [, payload = ''] = token.split('.');
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString());
  } catch {
    return undefined;
  }
};

/**
 * The token of OAuth that a file holds, with the end of its life. Whoever issues it puts a new one there in time.
 *
 * @throws MillraceError `bad_config` if there is none, or if it is not a JWT with the claims `exp` and `sub`.
 */
export const tokenIn = async (file: string): Promise<Token> => {
  const tokenValue = await readSecret(file, 'the token for Kafka');
  const claims = claimsOf(tokenValue);
  const { exp, sub } = typeof claims === 'object' && claims !== null ? (claims as { exp?: unknown; sub?: unknown }) : {};
  if (typeof exp === 'number' && typeof sub === 'string') return { tokenValue, lifetime: exp * 1000, principal: sub };
  throw new MillraceError('bad_config', `the token for Kafka in ${file} is no JWT with the claims exp and sub`);
};
