import assert from 'node:assert/strict';
import { type Given, mismatches } from '../../../bin/cli/setting-rules.ts';

describe('settings beside each other', () => {
  const user = { kafkaUser: 'u', kafkaPasswordFile: '/p' };
  const cases: ReadonlyArray<readonly [what: string, given: Given, mistakes: ReadonlyArray<string>]> = [
    ['nothing', {}, []],
    ['a user with a password', user, []],
    ['a user of OAuth', { ...user, kafkaTokenUrl: 'https://id', kafkaTokenScope: 's', kafkaMechanism: 'OAUTHBEARER' }, []],
    ['mutual TLS', { kafkaCa: '/c', kafkaCertificate: '/c', kafkaKey: '/k', kafkaKeyPasswordFile: '/p' }, []],
    ['a folder for state with a slot', { stateDir: '/s', slot: '0' }, []],
    ['a folder for state with processes, which have slots', { stateDir: '/s', processes: '2' }, []],
    ['a static member with a slot', { membership: 'static', slot: '0' }, []],
    ['a dynamic member without a slot', { membership: 'dynamic' }, []],
    [
      'a static member without a slot',
      { membership: 'static' },
      ['--membership static needs --slot: a slot that is the same at the next start'],
    ],
    ['a folder for state without a slot', { stateDir: '/s' }, ['--state-dir needs --slot: a slot that is the same at the next start']],
    ['a user alone', { registryUser: 'u' }, ['--registry-user and --registry-password-file go together, but only one is given']],
    ['a key alone', { kafkaKey: '/k' }, ['--kafka-certificate and --kafka-key go together, but only one is given']],
    ['a token URL without a client', { kafkaTokenUrl: 'https://id' }, ['--kafka-token-url needs --kafka-user']],
    [
      'a certificate for ClickHouse without authorities',
      { clickhouseCertificate: '/c', clickhouseKey: '/k' },
      ['--clickhouse-certificate needs --clickhouse-ca'],
    ],
    [
      'two logins',
      { clickhouseTokenFile: '/t', clickhouseUser: 'u', clickhousePasswordFile: '/p' },
      ['--clickhouse-token-file and --clickhouse-user are two ways to log in: give one'],
    ],
    [
      'authorities for what is sent in clear',
      { kafkaTls: 'false', kafkaCa: '/c' },
      ['--kafka-tls is "false", but --kafka-ca or --kafka-certificate is given: leave one of them out'],
    ],
    [
      'a token under SCRAM',
      { kafkaTokenFile: '/t', kafkaMechanism: 'PLAIN' },
      ['--kafka-mechanism is "PLAIN", but tokens are of OAUTHBEARER'],
    ],
    [
      'OAuth without a token',
      { kafkaMechanism: 'OAUTHBEARER' },
      ['--kafka-mechanism is "OAUTHBEARER", which needs --kafka-token-file or --kafka-token-url'],
    ],
  ];
  for (const [what, given, mistakes] of cases) {
    it(`${mistakes.length === 0 ? 'take' : 'refuse'} ${what}`, () => assert.deepEqual(mismatches(given), mistakes));
  }
});
