import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/tokens-world.js';
import { eventsOf, type GraphqlAnswer } from '../shares/graphql-writes.js';
import { SyncWorld } from './sync-world.js';

interface Run {
  readonly state: string;
  readonly reason: string;
  readonly keys: readonly { readonly name: string; readonly action: string }[];
  readonly written: boolean;
}

type Field = 'runSecretSync' | 'resolveSecretSync';

const local = { user: 'of-cluster', password: 'value-of-cluster' };
const remote = { user: 'of-store', password: 'value-of-store' };

let world: SyncWorld;

beforeAll(async () => {
  world = await SyncWorld.start();
});
afterAll(() => world?.stop());

/** Looks at a sync as its author; `input` has the members besides its name. */
async function look(field: Field, name: string, input: object = {}) {
  const type = field === 'runSecretSync' ? 'RunSecretSyncInput' : 'ResolveSecretSyncInput';
  const selection = '{ run { state reason keys { name action } written } }';
  const query = `mutation($input: ${type}!) { ${field}(input: $input) ${selection} }`;
  const variables = { input: { namespace: 'pay', name, ...input } };
  const answer = await world.author.post('/graphql', { query, variables });
  const { data, errors } = answer.body as unknown as GraphqlAnswer<{ readonly run: Run }>;
  if (errors !== undefined) throw new Error(answer.text);
  return { answer, run: data?.[field]?.run };
}

/** A sync whose sides have other values under both keys, as `firstSync` says. */
async function unequal(name: string, firstSync: 'fail' | 'merge', state: string): Promise<void> {
  await world.putSecret(name, local);
  await world.putRemote(name, remote);
  await world.putSync(name, { firstSync });
  await world.becomes(name, state);
}

describe('over GraphQL, a look at a sync', () => {
  it('writes what has changed, on record', async () => {
    await world.putSecret('run', local);
    await world.putSync('run');
    await world.becomes('run', 'InSync');
    let times = 0;
    const answer = await eventually(async () => {
      times += 1;
      const next = { ...remote, times: `${times}` };
      await world.putRemote('run', next);
      const looked = await look('runSecretSync', 'run');
      // A look that nobody has requested may have been faster.
      expect(looked.run).toMatchObject({ state: 'IN_SYNC', written: true });
      expect(await world.secretValues('run')).toEqual(next);
      return looked.answer;
    });
    expect(await eventsOf(world, answer)).toContainEqual(
      expect.objectContaining({ action: 'syncs.run', outcome: 'allowed', secret: 'run' }),
    );
  });

  it('leaves a version that a sync has written', async () => {
    await world.putRemote('written', remote);
    await world.putSync('written', { direction: 'pull' });
    await world.becomes('written', 'InSync');
    const query = `{ secret(namespace: "pay", name: "written") {
      versions { nodes { door } } } }`;
    await eventually(async () => {
      const { body } = await world.author.post('/graphql', { query });
      expect(body['data']).toEqual({ secret: { versions: { nodes: [{ door: 'SYNC' }] } } });
    });
  });

  it('of a sync that is held writes nothing', async () => {
    await unequal('held', 'fail', 'Held');
    const { run } = await look('runSecretSync', 'held');
    expect(run).toEqual({ state: 'HELD', reason: 'FirstSync', keys: [], written: false });
    expect(await world.secretValues('held')).toEqual(local);
    expect(await world.remoteValues('held')).toEqual(remote);
  });
});

describe('over GraphQL, a resolution', () => {
  it('lets the store win, after a dry run that has written nothing', async () => {
    await unequal('store-wins', 'fail', 'Held');
    const keys = ['password', 'user'].map((name) => ({ name, action: 'PULL' }));
    const choice = { prefer: 'STORE' };
    const planned = await look('resolveSecretSync', 'store-wins', { ...choice, dryRun: true });
    expect(planned.run).toMatchObject({ state: 'IN_SYNC', keys, written: false });
    expect(await world.secretValues('store-wins')).toEqual(local);
    const { run, answer } = await look('resolveSecretSync', 'store-wins', choice);
    expect(run).toMatchObject({ state: 'IN_SYNC', keys, written: true });
    expect(await world.secretValues('store-wins')).toEqual(remote);
    expect(answer.text).not.toContain('value-of-');
  });

  it('of one key leaves the conflict of the other', async () => {
    await unequal('one-key', 'merge', 'Conflict');
    const choice = { prefer: 'CLUSTER', keys: ['password'] };
    const { run } = await look('resolveSecretSync', 'one-key', choice);
    expect(run).toMatchObject({
      state: 'CONFLICT',
      keys: [
        { name: 'password', action: 'PUSH' },
        { name: 'user', action: 'HOLD' },
      ],
      written: true,
    });
    expect(await world.remoteValues('one-key')).toEqual({ ...remote, password: local.password });
    expect(await world.secretValues('one-key')).toEqual(local);
  });
});
