import { describe, expect, it } from 'vitest';
import type { Strategy } from '../../../../src/rotation/domain/rotation-spec.js';
import { RotatedServer } from './rotated-server.js';

const strategies: readonly Strategy[] = ['alternatingUsers', 'dual', 'singleUser'];
const withOverlap: readonly Strategy[] = ['alternatingUsers', 'dual'];
const byTarget = (reason: string) => expect.objectContaining({ name: 'TargetFault', reason });
const stopped = (reason: string) => expect.objectContaining({ name: 'RunStopped', reason });

async function afterSet(strategy: Strategy): Promise<RotatedServer> {
  const rotated = new RotatedServer(strategy);
  rotated.create();
  await rotated.set();
  return rotated;
}

async function published(strategy: Strategy): Promise<RotatedServer> {
  const rotated = await afterSet(strategy);
  await rotated.test();
  rotated.publish();
  return rotated;
}

describe('a rotation of a server', () => {
  it('in turns makes the other user, with the grants of the first, and ends the one before', async () => {
    const rotated = new RotatedServer('alternatingUsers');
    const { target } = rotated;
    await rotated.rotate();
    expect(target.passwordsOf('app_b')).toEqual(['new-1']);
    expect(target.passwordsOf('app_a')).toEqual([]);
    expect(target.grants.get('app_b')).toBe('grants of app_a');
    await rotated.rotate();
    expect(target.passwordsOf('app_a')).toEqual(['new-2']);
    expect(target.passwordsOf('app_b')).toEqual([]);
    expect(target.grants.get('app_a')).toBe('grants of app_a');
    expect(rotated.isSecretGood).toBe(true);
  });

  it('with two passwords keeps the one before until it retires', async () => {
    const rotated = await published('dual');
    expect(rotated.target.passwordsOf('app')).toEqual(['new-1', 'old']);
    await rotated.retire();
    expect(rotated.target.passwordsOf('app')).toEqual(['new-1']);
  });

  it('of one user with one password replaces it, and retires nothing', async () => {
    const rotated = await published('singleUser');
    expect(rotated.target.passwordsOf('app')).toEqual(['new-1']);
    await rotated.retire();
    expect(rotated.target.count('endPassword')).toBe(0);
    expect(rotated.rotation.hasOverlap).toBe(false);
  });

  it.each(withOverlap)('lets in who reads the Secret at every step: %s', async (strategy) => {
    const rotated = new RotatedServer(strategy);
    expect(rotated.rotation.hasOverlap).toBe(true);
    rotated.create();
    await rotated.set();
    expect(rotated.isSecretGood).toBe(true);
    await rotated.test();
    rotated.publish();
    await rotated.rotation.finish();
    expect(rotated.isSecretGood).toBe(true);
    await rotated.retire();
    expect(rotated.isSecretGood).toBe(true);
  });

  it.each(strategies)('says whether the new credential works: %s', async (strategy) => {
    const rotated = new RotatedServer(strategy);
    rotated.create();
    expect(await rotated.test()).toBe(false);
    await rotated.set();
    expect(await rotated.test()).toBe(true);
  });

  it.each(strategies)('begins where the Secret holds nothing yet: %s', async (strategy) => {
    const rotated = new RotatedServer(strategy);
    rotated.secret.clear();
    await rotated.rotate();
    expect(rotated.isSecretGood).toBe(true);
  });
});

describe('a change whose answer was lost', () => {
  it.each(strategies)('is seen by its effect, and not made again: %s', async (strategy) => {
    const rotated = new RotatedServer(strategy);
    rotated.create();
    rotated.target.mishaps.set(2, 'lost');
    await expect(rotated.set()).rejects.toThrow(byTarget('TargetTimeout'));
    await rotated.set();
    expect(rotated.target.count('setPassword')).toBe(1);
    expect(await rotated.test()).toBe(true);
  });

  it.each(strategies)('counts also where the Secret was edited since: %s', async (strategy) => {
    const rotated = await afterSet(strategy);
    rotated.secret.set('password', 'edited');
    await rotated.set();
    expect(rotated.target.count('setPassword')).toBe(1);
  });

  it.each(withOverlap)(
    'of an end is made again, and is none the less an end: %s',
    async (strategy) => {
      const rotated = await published(strategy);
      rotated.target.mishaps.set(rotated.target.calls.length, 'lost');
      await expect(rotated.retire()).rejects.toThrow(byTarget('TargetTimeout'));
      await rotated.retire();
      expect(rotated.isSecretGood).toBe(true);
    },
  );
});

describe('before anything is changed', () => {
  it.each(strategies)(
    'it is tried pending first, then what the Secret holds: %s',
    async (strategy) => {
      const rotated = await afterSet(strategy);
      const [pending, current] =
        strategy === 'alternatingUsers' ? ['app_b', 'app_a'] : ['app', 'app'];
      expect(rotated.target.calls).toEqual([
        `logIn ${pending}`,
        `logIn ${current}`,
        `setPassword ${pending}`,
      ]);
    },
  );

  it.each(strategies)('a value that a former run left behind is found: %s', async (strategy) => {
    const rotated = await afterSet(strategy);
    // The Secret was never written, and what it holds no longer works.
    rotated.giveUp();
    rotated.target.set(strategy === 'alternatingUsers' ? 'app_a' : 'app', rotated.pending);
    await rotated.rotate();
    expect(rotated.isSecretGood).toBe(true);
  });

  it('a value that a former run left with the other user is found', async () => {
    const rotated = await afterSet('alternatingUsers');
    rotated.giveUp();
    rotated.target.set('app_a', 'unknown');
    await rotated.rotate();
    expect(rotated.target.passwordsOf('app_b')).toEqual(['new-2']);
  });

  it('a value is found that the run before the last left behind', async () => {
    const rotated = await afterSet('singleUser');
    rotated.giveUp();
    rotated.create();
    rotated.giveUp();
    await rotated.rotate();
    expect(rotated.isSecretGood).toBe(true);
  });

  it('each value is tried once, however many runs left it', async () => {
    const rotated = new RotatedServer('singleUser');
    rotated.create();
    rotated.giveUp();
    rotated.giveUp();
    rotated.create();
    rotated.target.set('app', 'unknown');
    await expect(rotated.set()).rejects.toThrow(stopped('NoCredentialWorks'));
    // Pending, current, and what the former run had made.
    expect(rotated.target.count('logIn')).toBe(3);
  });

  it('nothing is, where a tenant gives the password of one user to the other', async () => {
    const rotated = new RotatedServer('alternatingUsers');
    rotated.secret.set('username', 'app_b');
    rotated.create();
    await expect(rotated.set()).rejects.toThrow(stopped('NoCredentialWorks'));
    expect(rotated.target.passwordsOf('app_a')).toEqual(['old']);
  });

  it.each(strategies)('nothing is, where no known credential works: %s', async (strategy) => {
    const rotated = new RotatedServer(strategy);
    rotated.create();
    for (const user of ['app', 'app_a']) rotated.target.set(user, 'unknown');
    await expect(rotated.set()).rejects.toThrow(stopped('NoCredentialWorks'));
    expect(rotated.target.count('setPassword')).toBe(0);
  });

  it.each(strategies)('a value that never took effect is in nobody’s way: %s', async (strategy) => {
    const rotated = new RotatedServer(strategy);
    rotated.secret.clear();
    rotated.create();
    rotated.giveUp();
    await rotated.rotate();
    expect(rotated.isSecretGood).toBe(true);
  });

  it.each(strategies)('a target that is away is not one that says no: %s', async (strategy) => {
    const rotated = new RotatedServer(strategy);
    rotated.create();
    rotated.target.mishaps.set(1, 'unreached');
    await expect(rotated.set()).rejects.toThrow(byTarget('TargetUnreachable'));
    expect(rotated.target.count('setPassword')).toBe(0);
  });

  it.each(strategies)('the admin must be let in: %s', async (strategy) => {
    const rotated = new RotatedServer(strategy);
    rotated.admin.password = 'wrong';
    rotated.create();
    await expect(rotated.set()).rejects.toThrow(byTarget('AdminRefused'));
    expect(rotated.isSecretGood).toBe(true);
  });

  it('a privileged user is refused unless the spec allows it', async () => {
    const rotated = new RotatedServer('singleUser', { usernames: ['root'] });
    rotated.secret.set('username', 'root').set('password', 'root-password');
    rotated.create();
    await expect(rotated.set()).rejects.toThrow(byTarget('UserPrivileged'));
  });
});

describe('a Secret that its tenant has changed', () => {
  it.each(strategies)('names nobody who is rotated unless the spec does: %s', (strategy) => {
    const rotated = new RotatedServer(strategy);
    rotated.secret.set('username', 'root');
    expect(() => rotated.create()).toThrow(stopped('SecretDiffers'));
    expect(rotated.target.calls).toEqual([]);
  });

  it.each(strategies)('since the values were made stops the run: %s', async (strategy) => {
    for (const [key, value] of [
      ['username', 'root'],
      ['username', 'app_b'],
      ['password', 'edited'],
    ] as const) {
      const rotated = new RotatedServer(strategy);
      rotated.create();
      rotated.secret.set(key, value);
      await expect(rotated.set()).rejects.toThrow(stopped('SecretDiffers'));
      expect(rotated.target.count('setPassword')).toBe(0);
    }
  });

  it.each(strategies)('of which a value was taken away stops it too: %s', async (strategy) => {
    const rotated = new RotatedServer(strategy);
    rotated.create();
    rotated.secret.delete('password');
    await expect(rotated.set()).rejects.toThrow(stopped('SecretDiffers'));
  });
});

describe('what worked before', () => {
  it.each(withOverlap)('does not end where the Secret holds it again: %s', async (strategy) => {
    const rotated = await published(strategy);
    rotated.secret.set('password', 'old').set('username', rotated.run.formerUsername ?? '');
    await expect(rotated.retire()).rejects.toThrow(stopped('SecretDiffers'));
    expect(rotated.isSecretGood).toBe(true);
    expect(rotated.target.count('endPassword')).toBe(0);
  });

  it.each(withOverlap)('ends whatever else the Secret holds: %s', async (strategy) => {
    const rotated = await published(strategy);
    const former = rotated.run.formerUsername ?? '';
    rotated.secret.set('password', 'edited').set('username', 'root');
    await rotated.retire();
    expect(rotated.target.letsIn(former, 'old')).toBe(false);
    expect(rotated.target.passwordsOf('root')).toEqual(['root-password']);
  });

  it.each(strategies)('is ended by nobody where there was nothing: %s', async (strategy) => {
    const rotated = await published(strategy);
    const call = rotated.call({ formerUsername: null });
    await rotated.rotation.retire(call);
    expect(rotated.target.count('endPassword')).toBe(0);
  });
});

describe('the new credential', () => {
  it('is not ended, whatever a former run is said to have left', async () => {
    const rotated = await published('dual');
    rotated.giveUp();
    await rotated.retire();
    expect(rotated.target.passwordsOf('app')).toEqual(['new-1']);
  });
});

describe('a run without its pending value', () => {
  it.each(strategies)('changes nothing: %s', async (strategy) => {
    const rotated = new RotatedServer(strategy);
    await expect(rotated.set()).rejects.toThrow(stopped('Internal'));
    await expect(rotated.undo()).rejects.toThrow(stopped('Internal'));
    expect(rotated.target.calls).toEqual([]);
  });
});
