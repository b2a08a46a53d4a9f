import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { MillraceError, messageOf } from '../../../../pipeline/core/errors.ts';
import type { Clock } from '../../../../pipeline/core/ports/clock.ts';
import type { Log } from '../../../../pipeline/core/ports/log.ts';

/** The public keys of an issuer could not be had: nothing can be said of a token. */
export class KeysUnreachable extends Error {}

const minute = 60_000;

/** How long keys are used before they are asked for anew, and how long at most while they cannot be had, in ms. */
const freshFor = 10 * minute;
const usableFor = 60 * minute;

/** Between two questions for a key that is not there, in ms. */
const cooldown = 30_000;

const firstPause = 1_000;
const longestPause = 30_000;
const timeout = 5_000;

const isSet = (given: unknown): given is JSONWebKeySet =>
  typeof given === 'object' && given !== null && 'keys' in given && Array.isArray(given.keys);

/** Text as a key set. Throws `bad_config` without a word of it. */
export const readJwks = (text: string): JWTVerifyGetKey => {
  try {
    const given: unknown = JSON.parse(text);
    if (!isSet(given)) throw new Error('no list of keys');
    return createLocalJWKSet(given);
  } catch (error) {
    throw new MillraceError('bad_config', 'the key set of --jwt-jwks is no JSON Web Key Set', error);
  }
};

const fetched = async (url: string): Promise<string> => {
  const answer = await fetch(url, { signal: AbortSignal.timeout(timeout), redirect: 'error', headers: { accept: 'application/json' } });
  if (!answer.ok) throw new Error(`the answer is ${answer.status}`);
  return answer.text();
};

/**
 * The key set at an address. It is asked for when it is first needed, when it is 10 minutes old, and when a token names a key that it lacks, then every 30 s
 * at most. After a failure it is left alone for 1 s, and twice as long after each further one, up to 30 s. Keys that were had are used for an hour
 * while they cannot be had anew.
 */
export class RemoteJwks {
  readonly #url: string;
  readonly #ports: { readonly clock: Clock; readonly log: Log };
  #keys: JWTVerifyGetKey | undefined;
  #had = -Infinity;
  #failures = 0;
  #notBefore = -Infinity;
  #asking: Promise<void> | undefined;

  constructor(url: string, ports: { readonly clock: Clock; readonly log: Log }) {
    this.#url = url;
    this.#ports = ports;
  }

  /** Finds the key of a token. Throws `KeysUnreachable`, or what `jose` throws where there is no such key. */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    if (this.#age() > freshFor) await this.#ask();
    if (this.#keys === undefined || this.#age() > usableFor) throw new KeysUnreachable();
    try {
      return await this.#keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || this.#age() < cooldown) throw error;
      await this.#ask();
      if (this.#failures > 0) throw new KeysUnreachable();
      return this.#keys(header, token);
    }
  };

  #age(): number {
    return this.#ports.clock.monotonic() - this.#had;
  }

  /** Asks once for all who wait. Never rejects. */
  #ask(): Promise<void> {
    if (this.#ports.clock.monotonic() < this.#notBefore) return Promise.resolve();
    this.#asking ??= this.#refresh().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #refresh(): Promise<void> {
    const { clock, log } = this.#ports;
    try {
      this.#keys = readJwks(await fetched(this.#url));
      this.#had = clock.monotonic();
      this.#failures = 0;
    } catch (error) {
      this.#notBefore = clock.monotonic() + Math.min(longestPause, firstPause * 2 ** this.#failures);
      this.#failures += 1;
      log.error({ error: messageOf(error) }, 'the keys of the issuer of tokens cannot be had');
    }
  }
}
