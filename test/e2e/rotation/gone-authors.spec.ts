import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stampsCount } from '../../support/rotation-admission.js';
import { reads, RotationAuthor, rotates } from '../../support/rotation-author.js';
import { rotationsIn, secretRotation } from '../../support/rotation-manifests.js';
import { RotationReceiver } from '../../support/rotation-receiver.js';
import { RotationWorld } from '../../support/rotation-world.js';
import { eventually } from '../../support/tokens-world.js';

const namespace = 'gone-authors';
const needed = reads('receiver-key', 'receiver-ca');

let world: RotationWorld;
let receiver: RotationReceiver;

beforeAll(async () => {
  world = await RotationWorld.start(namespace);
  receiver = await RotationReceiver.start(world);
});

afterAll(async () => {
  await receiver?.stop();
  await world?.stop();
});

const pathOf = (name: string) => `${world.at(name)}/rotation`;
const specOf = () => receiver.spec('ok', { retireAfter: '0s' });
const accountPath = (name: string) => `/api/v1/namespaces/${namespace}/serviceaccounts${name}`;

async function seeded(name: string): Promise<string> {
  await world.seed(name, { password: 'the-old-password' });
  return name;
}

async function deleteAccount(name: string): Promise<void> {
  const { status } = await world.installation.cluster.request('DELETE', accountPath(`/${name}`));
  expect(status).toBe(200);
}

async function makeAccount(name: string): Promise<void> {
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } };
  const { status } = await world.installation.cluster.request('POST', accountPath(''), account);
  expect(status).toBe(201);
}

async function stops(name: string, reason: string, message: RegExp): Promise<void> {
  const stored = await world.stored(name);
  await eventually(async () => {
    const run = await world.runThrough(name);
    expect(run).toMatchObject({ state: 'needsOperator', step: 'create', toVersion: null });
    expect(run.error).toEqual({ reason, message: expect.stringMatching(message) as string });
  });
  for (const type of ['Ready', 'Degraded']) await world.condition(name, type, reason);
  expect(await world.stored(name)).toEqual(stored);
}

describe('a rotation whose author is a ServiceAccount', () => {
  it.each(['rest', 'kubectl'])(
    'does not outlive it, written with %s',
    async (way) => {
      const name = await seeded(`left-${way}`);
      const author = await RotationAuthor.make(world, `leaver-${way}`, rotates(name), needed);
      await stampsCount(world.installation.cluster);
      const manifest = secretRotation(name, specOf());
      await eventually(async () => {
        if (way === 'kubectl') await author.kubectl(['apply', '-f', '-'], manifest);
        else expect((await author.rest.put(pathOf(name), specOf())).status).toBe(201);
      });
      await eventually(async () => {
        expect(await world.runThrough(name)).toMatchObject({ state: 'succeeded' });
      });

      await deleteAccount(author.name);
      await stops(name, 'AuthorGone', new RegExp(`${namespace}/leaver-${way}.* is gone;.*adopt`));
      // It has all rights of the former one, which go by its name.
      await makeAccount(author.name);
      await stops(name, 'AuthorGone', /was made anew since;.*adopt/);

      const heir = await RotationAuthor.make(world, `heir-${way}`, rotates(name), needed);
      const patch = JSON.stringify({ spec: { adopt: `${way}: the author has left` } });
      await eventually(() =>
        heir.kubectl(['patch', 'secretrotation', name, '--type=merge', '-p', patch]),
      );
      await world.condition(name, 'Ready', 'Accepted');
      expect(await world.runThrough(name)).toMatchObject({ state: 'succeeded' });
    },
    120_000,
  );

  it('does not run for one whose uid admission was not told', async () => {
    const name = await seeded('by-name');
    const author = await RotationAuthor.make(world, 'by-name', rotates(name), needed);
    const { cluster } = world.installation;
    await stampsCount(cluster);
    // As an administrator who impersonates it.
    const who = ['--as', author.username, '--namespace', namespace];
    const manifest = JSON.stringify(secretRotation(name, specOf()));
    await eventually(() => cluster.kubectl([...who, 'apply', '-f', '-'], manifest));
    const { body } = await cluster.request<{
      readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
    }>('GET', `${rotationsIn(namespace)}/${name}`);
    expect(body.metadata.annotations['sallyport.dev/author-uid']).toBe('');
    await stops(name, 'AuthorUnknown', /by-name, is not known: .*adopt/);

    const patch = JSON.stringify({ spec: { adopt: 'with its own token' } });
    await author.kubectl(['patch', 'secretrotation', name, '--type=merge', '-p', patch]);
    await world.condition(name, 'Ready', 'Accepted');
    expect(await world.runThrough(name)).toMatchObject({ state: 'succeeded' });
  }, 120_000);
});
