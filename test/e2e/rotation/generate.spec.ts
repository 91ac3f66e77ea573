import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RotationWorld } from '../../support/rotation-world.js';

describe('a rotation that only generates', () => {
  let world: RotationWorld;
  const generate = [{ key: 'password', password: { length: 40 } }];

  beforeAll(async () => {
    world = await RotationWorld.start('rotated');
    await world.seed('plain', { password: 'old-password-of-plain', other: 'stays' });
    await world.numbered('plain');
    await world.rotate('plain', { generate });
  });

  afterAll(() => world?.stop());

  it('publishes a new value in one version, and leaves the other keys', async () => {
    const run = await world.runThrough('plain');
    expect(run).toMatchObject({ state: 'succeeded' });
    const { password, other } = await world.stored('plain');
    expect(password).toMatch(/^[A-Za-z0-9]{40}$/);
    expect(other).toBe('stays');
    expect(run.toVersion).toBe((run.fromVersion ?? 0) + 1);
  });

  it('says in its status how it stands', async () => {
    await world.condition('plain', 'Ready', 'Accepted');
    await world.condition('plain', 'Rotating', 'Idle');
    const { status } = await world.policy('plain');
    expect(status).toMatchObject({ state: 'succeeded', target: 'none', observedGeneration: 1 });
  });

  it('records every step, and never a value', async () => {
    const events = await world.events();
    const actions = new Set(events.map(({ action }) => action));
    expect([...actions]).toEqual(
      expect.arrayContaining([
        'rotations.update',
        'rotations.run',
        'secrets.reveal',
        'secrets.patch',
      ]),
    );
  });
});
