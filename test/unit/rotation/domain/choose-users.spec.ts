import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseUsers } from '../../../../src/rotation/domain/choose-users.js';

const one = { usernames: ['app'] } as const;
const two = { usernames: ['app_a', 'app_b'] } as const;
const strategies = ['alternatingUsers', 'singleUser', 'dual'] as const;

describe('users in turns', () => {
  it.each([
    ['app_a', { pending: 'app_b', current: 'app_a', former: 'app_a' }],
    ['app_b', { pending: 'app_a', current: 'app_b', former: 'app_b' }],
    [undefined, { pending: 'app_b', current: 'app_a', former: 'app_a' }],
  ])('after %s', (inSecret, users) => {
    expect(chooseUsers(two, 'alternatingUsers', inSecret)).toEqual(users);
  });

  it('come back to the first after two', () => {
    const next = chooseUsers(two, 'alternatingUsers', 'app_a')?.pending;
    expect(chooseUsers(two, 'alternatingUsers', next)?.pending).toBe('app_a');
  });
});

describe('one user', () => {
  it.each(['app', undefined])('keeps its name, whatever the Secret holds: %s', (inSecret) => {
    const same = { pending: 'app', current: 'app' };
    expect(chooseUsers(one, 'singleUser', inSecret)).toEqual({ ...same, former: undefined });
    expect(chooseUsers(one, 'dual', inSecret)).toEqual({ ...same, former: 'app' });
  });
});

describe('a user that the Secret names', () => {
  it.each(['postgres', '', 'APP_A', 'app_a ', 'app_a\n'])('is nobody where it is %j', (name) => {
    for (const strategy of strategies) {
      expect(chooseUsers(two, strategy, name)).toBeUndefined();
      expect(chooseUsers(one, strategy, name)).toBeUndefined();
    }
  });

  it('never becomes one whose password is changed or ended unless the spec names it', () => {
    const name = fc.string();
    const lists = fc.oneof(fc.tuple(name), fc.tuple(name, name));
    fc.assert(
      fc.property(
        lists,
        fc.constantFrom(...strategies),
        fc.option(name, { nil: undefined }),
        (usernames, strategy, inSecret) => {
          const users = chooseUsers({ usernames }, strategy, inSecret);
          const changed = [users?.pending, users?.current, users?.former];
          for (const user of changed) expect([...usernames, undefined]).toContain(user);
        },
      ),
    );
  });
});
