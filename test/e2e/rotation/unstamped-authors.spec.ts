import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reads, RotationAuthor, rotates } from '../../support/rotation-author.js';
import { secretRotation } from '../../support/rotation-manifests.js';
import { RotationReceiver } from '../../support/rotation-receiver.js';
import { RotationWorld } from '../../support/rotation-world.js';
import { eventually } from '../../support/tokens-world.js';

const namespace = 'unstamped';
const generate = [{ key: 'password', password: { length: 40 } }];
const needed = reads('receiver-key', 'receiver-ca');

let world: RotationWorld;
let receiver: RotationReceiver;

beforeAll(async () => {
  world = await RotationWorld.start(namespace, {}, 'deploy/rbac/legacy/by-namespace');
  receiver = await RotationReceiver.start(world);
});

afterAll(async () => {
  await receiver?.stop();
  await world?.stop();
});

const pathOf = (name: string) => `${world.at(name)}/rotation`;
const authorOf = async (name: string) => (await world.as('owner').get(pathOf(name))).body['author'];

async function seeded(name: string): Promise<string> {
  await world.seed(name, { password: 'the-old-password' });
  return name;
}

describe('a spec that kubectl wrote where admission stamps nobody', () => {
  const forged = {
    'sallyport.dev/author': 'system:serviceaccount:unstamped:owner',
    'sallyport.dev/author-groups': '["system:masters"]',
  };

  it('is run for nobody, whatever it says, until somebody answers for it', async () => {
    const name = await seeded('written');
    const writer = await RotationAuthor.make(world, 'writer', rotates(name), needed);
    const spec = receiver.spec('ok', { retireAfter: '0s' });
    const manifest = secretRotation(name, spec, { annotations: forged });
    await eventually(() => writer.kubectl(['apply', '-f', '-'], manifest));
    await world.condition(name, 'Ready', 'AuthorUnknown');
    expect(await authorOf(name)).toBeNull();
    const run = await world.runThrough(name);
    expect(run).toMatchObject({
      ...{ state: 'needsOperator', step: 'create', toVersion: null },
      error: { reason: 'AuthorUnknown', message: expect.stringMatching('set it again') as string },
    });
    await world.condition(name, 'Degraded', 'AuthorUnknown');
    expect(await world.stored(name)).toEqual({ password: 'the-old-password' });

    const { generation } = (await world.policy(name)).metadata;
    expect((await world.as('rotator').put(pathOf(name), spec)).status).toBe(403);
    expect(await authorOf(name)).toBeNull();
    const { body } = await writer.rest.get(pathOf(name));
    expect((await writer.rest.put(pathOf(name), body)).status).toBe(200);
    expect((await world.policy(name)).metadata.generation).toBe(generation);
    expect(await authorOf(name)).toBe(writer.username);
    expect(await world.runThrough(name)).toMatchObject({ state: 'succeeded' });
    await world.condition(name, 'Ready', 'Accepted');
  });

  it('loses who answered for it with every change that he did not make', async () => {
    const name = await seeded('changed');
    await world.rotate(name, { generate });
    const owner = 'system:serviceaccount:unstamped:owner';
    expect(await authorOf(name)).toBe(owner);
    const writer = await RotationAuthor.make(world, 'changer', rotates(name));
    const patch = (change: object) => {
      const text = JSON.stringify(change);
      return writer.kubectl(['patch', 'secretrotation', name, '--type=merge', '-p', text]);
    };
    await eventually(() => patch({ metadata: { labels: { team: 'pay' }, annotations: forged } }));
    expect(await authorOf(name)).toBe(owner);
    expect(await world.runThrough(name)).toMatchObject({ state: 'succeeded' });

    await patch({ spec: { generate: [{ key: 'other', password: {} }] } });
    await world.condition(name, 'Ready', 'AuthorUnknown');
    expect(await authorOf(name)).toBeNull();
    expect((await world.runThrough(name)).error?.reason).toBe('AuthorUnknown');
    await patch({ spec: { generate } });
    await eventually(async () => expect(await authorOf(name)).toBe(owner));
    await patch({ spec: { adopt: 'somebody else' } });
    await eventually(async () => expect(await authorOf(name)).toBeNull());
  });
});
