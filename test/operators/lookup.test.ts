import assert from 'node:assert/strict';
import { lookup } from '../../operators/lookup.ts';
import { versioned } from '../../pipeline/core/key.ts';

interface Click {
  readonly tenant: string;
  readonly user: string;
}

interface Profile {
  readonly tier: string;
}

type Answer = Profile | undefined | 'late';

const tierOf = (answer: Answer): string => {
  if (answer === 'late') return 'late';
  return answer?.tier ?? 'none';
};

const merge = (click: Click, answer: Answer): Click & { readonly tier: string } => ({
  tenant: click.tenant,
  user: click.user,
  tier: tierOf(answer),
});

describe('lookup', () => {
  const profiles = lookup<Click, Profile, Click & { readonly tier: string }>('profiles', {
    port: 'profile-service',
    deadline: 50,
    key: ['tenant', 'user'],
    merge,
  });
  const click = { tenant: 'acme', user: 'ann' };

  it('asks its port for the key of a value', () => {
    assert.equal(profiles.port, 'profile-service');
    assert.equal(profiles.deadline, 50);
    assert.equal(profiles.keyOf(click), 'acme|ann');
  });

  it('merges an answer, none, and one that did not come in time', () => {
    const answers: ReadonlyArray<Answer> = [{ tier: 'pro' }, undefined, 'late'];
    assert.deepEqual(
      answers.map((answer) => profiles.merge(click, answer).tier),
      ['pro', 'none', 'late'],
    );
  });

  it('takes a versioned function for its key and shows its version in the graph', () => {
    const byHost = lookup('hosts', { port: 'dns', deadline: 10, key: versioned('2', (url: URL) => url.host), merge: (url) => url.href });
    assert.equal(byHost.keyOf(new URL('http://example.org/a')), 'example.org');
    assert.deepEqual(byHost.params, { port: 'dns', deadline: 10, key: { version: '2' } });
  });

  it('refuses a deadline that leaves no time', () => {
    assert.throws(() => lookup('profiles', { port: 'p', deadline: 0, key: ['user'], merge }), { code: 'bad_topology' });
  });
});
