import { describe, expect, it } from 'vitest';
import type { Strategy } from '../../../../src/rotation/domain/rotation-spec.js';
import { RotatedServer } from './rotated-server.js';

const strategies: readonly Strategy[] = ['alternatingUsers', 'dual', 'singleUser'];
const ofOneUser: readonly Strategy[] = ['dual', 'singleUser'];

async function afterSet(
  strategy: Strategy,
  rotated = new RotatedServer(strategy),
): Promise<RotatedServer> {
  rotated.create();
  await rotated.set();
  return rotated;
}

function isPendingGood({ target, run, pending }: RotatedServer): boolean {
  return target.letsIn(run.username ?? '', pending);
}

describe('a run that is taken back', () => {
  it.each(strategies)('leaves what the Secret holds, and nothing else: %s', async (strategy) => {
    const rotated = await afterSet(strategy);
    await rotated.undo();
    expect(rotated.isSecretGood).toBe(true);
    expect(isPendingGood(rotated)).toBe(false);
  });

  it.each(strategies)('may be taken back again, also after a lost answer: %s', async (strategy) => {
    const rotated = await afterSet(strategy);
    rotated.target.mishaps.set(rotated.target.calls.length + 1, 'lost');
    await expect(rotated.undo()).rejects.toThrow(expect.objectContaining({ name: 'TargetFault' }));
    await rotated.undo();
    await rotated.undo();
    expect(rotated.isSecretGood).toBe(true);
    expect(isPendingGood(rotated)).toBe(false);
  });

  it.each(strategies)('changes nothing where nothing had been changed: %s', async (strategy) => {
    const rotated = new RotatedServer(strategy);
    rotated.create();
    await rotated.undo();
    expect(rotated.target.calls).toEqual([`logIn ${rotated.run.username}`]);
  });

  it.each(strategies)('changes nothing where it was published after all: %s', async (strategy) => {
    const rotated = await afterSet(strategy);
    await rotated.test();
    rotated.publish();
    const before = rotated.target.calls.length;
    await rotated.undo();
    expect(rotated.isSecretGood).toBe(true);
    expect(rotated.target.calls).toHaveLength(before);
  });

  it.each(ofOneUser)('sets no password that somebody wrote meanwhile: %s', async (strategy) => {
    const rotated = await afterSet(strategy);
    rotated.secret.set('password', 'chosen by a tenant');
    await rotated.undo();
    expect(rotated.target.passwordsOf('app')).toEqual(['old']);
  });

  it.each(ofOneUser)('brings back what a bad change has broken: %s', async (strategy) => {
    const rotated = await afterSet(strategy);
    // The server took the password, and lets nobody in with it.
    rotated.target.set('app', 'mangled');
    await rotated.undo();
    expect(rotated.isSecretGood).toBe(true);
  });

  it.each(ofOneUser)('leaves alone what somebody else has set: %s', async (strategy) => {
    const rotated = await afterSet(strategy);
    rotated.target.set('app', 'by hand');
    rotated.secret.set('password', 'by hand');
    await rotated.undo();
    expect(rotated.target.passwordsOf('app')).toEqual(['by hand']);
  });

  it.each(strategies)('was the first one: its value is known to nobody: %s', async (strategy) => {
    const rotated = new RotatedServer(strategy);
    rotated.secret.clear();
    await afterSet(strategy, rotated);
    await rotated.undo();
    // Of a single user there is nothing to go back to: the next run finds the value, sealed.
    expect(isPendingGood(rotated)).toBe(strategy === 'singleUser');
    rotated.giveUp();
    await rotated.rotate();
    expect(rotated.isSecretGood).toBe(true);
  });

  it.each(strategies)(
    'is not taken back by whom the target does not let in: %s',
    async (strategy) => {
      const rotated = await afterSet(strategy);
      rotated.admin.password = 'wrong';
      const refused = expect.objectContaining({ reason: 'AdminRefused' });
      await expect(rotated.undo()).rejects.toThrow(refused);
      rotated.giveUp();
      rotated.admin.password = 'root-password';
      await rotated.rotate();
      expect(rotated.isSecretGood).toBe(true);
    },
  );
});

describe('an admin whose own password is rotated', () => {
  const own = (strategy: Strategy) => new RotatedServer(strategy, { isOwn: true });

  it.each(ofOneUser)('goes on with the one that works: %s', async (strategy) => {
    const rotated = own(strategy);
    await rotated.rotate();
    await rotated.rotate();
    expect(rotated.target.passwordsOf('app')).toEqual(['new-2']);
    expect(rotated.isSecretGood).toBe(true);
  });

  it.each(ofOneUser)('does so after a lost answer: %s', async (strategy) => {
    const rotated = own(strategy);
    rotated.create();
    rotated.target.mishaps.set(2, 'lost');
    await expect(rotated.set()).rejects.toThrow(expect.objectContaining({ name: 'TargetFault' }));
    await rotated.set();
    expect(await rotated.test()).toBe(true);
  });

  it.each(ofOneUser)('does so with a value that a former run left: %s', async (strategy) => {
    const rotated = await afterSet(strategy, own(strategy));
    rotated.target.set('app', rotated.pending);
    rotated.giveUp();
    await rotated.rotate();
    expect(rotated.target.passwordsOf('app')).toEqual(['new-2']);
  });

  it.each(ofOneUser)('takes the change back with the new one: %s', async (strategy) => {
    const rotated = await afterSet(strategy, own(strategy));
    await rotated.undo();
    expect(rotated.target.passwordsOf('app')).toEqual(['old']);
  });
});
