import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../../support/tokens-world.js';
import { SyncWorld } from './sync-world.js';

let world: SyncWorld;

beforeAll(async () => {
  world = await SyncWorld.start();
});
afterAll(() => world?.stop());

const pushes = { direction: 'push', firstSync: 'push' };
const pulls = { direction: 'pull', firstSync: 'pull' };

it('a Secret gets no value back that went through another Secret', async () => {
  await world.putSecret('source', { password: 'first-value' });
  await world.putSync('source', { ...pushes, remote: { name: 'one' } });
  await world.becomes('source', 'InSync');
  await world.putSync('target', { ...pulls, remote: { name: 'one' } });
  await world.becomes('target', 'InSync');
  await world.putSync('onward', { ...pushes, secretName: 'target', remote: { name: 'two' } });
  await world.becomes('onward', 'InSync');
  await world.putSync('back', { ...pulls, secretName: 'source', remote: { name: 'two' } });
  expect(await world.becomes('back', 'Held')).toMatchObject({ reason: 'Loop' });
  await world.putRemote('two', { password: 'of-the-store' });
  const { body } = await world.run('back');
  expect(body).toMatchObject({ state: 'Held', reason: 'Loop', written: false });
  expect(await world.secretValues('source')).toEqual({ password: 'first-value' });
});

it('a chain that becomes a loop later is refused from then on', async () => {
  await world.putSecret('late', { password: 'first-value' });
  await world.putSecret('middle', { password: 'first-value' });
  await world.putSync('late-onward', {
    ...{ ...pushes, secretName: 'middle', remote: { name: 'late-two' } },
  });
  await world.becomes('late-onward', 'InSync');
  await world.putSync('late-back', {
    ...{ ...pulls, secretName: 'late', remote: { name: 'late-two' } },
  });
  await world.becomes('late-back', 'InSync');
  await world.putSync('late-push', {
    ...{ ...pushes, secretName: 'late', remote: { name: 'late-one' } },
  });
  await world.becomes('late-push', 'InSync');
  await world.putSync('late-pull', {
    ...{ ...pulls, secretName: 'middle', remote: { name: 'late-one' } },
  });
  await eventually(async () => {
    for (const name of ['late-push', 'late-pull', 'late-onward', 'late-back'])
      await world.run(name);
    const states = await Promise.all(
      ['late-pull', 'late-back'].map(async (name) => (await world.run(name)).body),
    );
    expect(states.map(({ reason }) => reason)).toContain('Loop');
  });
});
