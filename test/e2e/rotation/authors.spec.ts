import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { applyFiles } from '../../cluster/manifests.js';
import { stampsCount } from '../../support/rotation-admission.js';
import { reads, RotationAuthor, rotates, updates } from '../../support/rotation-author.js';
import { secretRotation } from '../../support/rotation-manifests.js';
import { RotationReceiver } from '../../support/rotation-receiver.js';
import { RotationWorld } from '../../support/rotation-world.js';
import { eventually } from '../../support/tokens-world.js';
import { graphqlSpec } from '../../support/graphql-spec.js';

const namespace = 'authors';
const oldValue = 'the-old-password';
const forged = {
  'sallyport.dev/author': 'system:admin',
  'sallyport.dev/author-groups': '["system:masters"]',
  'sallyport.dev/author-uid': '1',
};
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
/** Whom the gateway takes for the author. */
const authorOf = async (name: string) => (await world.as('owner').get(pathOf(name))).body['author'];
/** The rotation as kubectl applies it, which needs the right to use the receiver. */
const manifest = (name: string, metadata: Readonly<Record<string, unknown>> = {}) =>
  secretRotation(name, receiver.spec('ok', { retireAfter: '0s' }), metadata);

async function seeded(name: string): Promise<string> {
  await world.seed(name, { password: oldValue });
  return name;
}

describe('whoever writes a rotation', () => {
  it('must be able to read each Secret that it uses, through the gateway', async () => {
    const name = await seeded('rest-1');
    const author = await RotationAuthor.make(world, 'rest-author', rotates(name));
    const spec = receiver.spec('ok', { retireAfter: '0s' });
    const path = pathOf(name);
    await eventually(async () => {
      expect((await author.rest.put(`${path}?dryRun=All`, { generate: [] })).status).toBe(422);
    });
    const words = new RegExp(
      `^secrets "receiver-key" is forbidden: User "${author.username}" cannot get resource ` +
        `"secrets" in API group "" in the namespace "${namespace}"`,
    );
    for (const query of ['', '?dryRun=All']) {
      const refused = await author.rest.put(`${path}${query}`, spec);
      expect(refused).toMatchObject({ status: 403, body: { code: 'Forbidden' } });
      expect(refused.body.detail).toMatch(words);
    }
    const query = `mutation($spec: RotationSpecInput!) {
      setRotation(input: { namespace: "${namespace}", name: "${name}", spec: $spec }) {
        rotation { target } } }`;
    const { body } = await author.rest.post('/graphql', {
      query,
      variables: { spec: graphqlSpec(spec) },
    });
    const { data, errors } = body as unknown as {
      readonly data: object;
      readonly errors: readonly { readonly message: string }[];
    };
    expect([data, errors[0]?.message]).toEqual([
      { setRotation: null },
      expect.stringMatching(words),
    ]);
    expect((await world.as('owner').get(path)).status).toBe(404);

    await author.grant('rest-author-reads', needed);
    await eventually(async () => {
      const { status, text } = await author.rest.put(path, spec);
      expect(status, text).toBe(201);
    });
    expect(await authorOf(name)).toBe(author.username);
    expect(await world.runThrough(name)).toMatchObject({ state: 'succeeded' });
  });

  it('must be able to write the Secret itself', async () => {
    const name = await seeded('rest-2');
    const author = await RotationAuthor.make(world, 'reading-author', needed);
    await eventually(async () => {
      const refused = await author.rest.put(pathOf(name), receiver.spec('ok'));
      expect(refused.status).toBe(403);
      expect(refused.body.detail).toMatch(/^secrets "rest-2" is forbidden: .* cannot update/);
    });
  });

  it('must be able to read the Secret whose values a target is shown', async () => {
    const name = await seeded('shown');
    const author = await RotationAuthor.make(world, 'blind-author', updates(name), needed);
    const spec = receiver.spec('ok', { retireAfter: '0s' });
    const path = pathOf(name);
    const words = new RegExp(`^secrets "${name}" is forbidden: .* cannot get resource "secrets"`);
    await eventually(async () => {
      const refused = await author.rest.put(path, spec);
      expect(refused.status).toBe(403);
      expect(refused.body.detail).toMatch(words);
    });
    const query = `mutation($spec: RotationSpecInput!) {
      setRotation(input: { namespace: "${namespace}", name: "${name}", spec: $spec }) {
        rotation { target } } }`;
    const { text } = await author.rest.post('/graphql', {
      query,
      variables: { spec: graphqlSpec(spec) },
    });
    expect(text).toContain('cannot get resource');
    const inWords = /needs the right to get Secret "shown", whose values its target is shown/;
    await expect(author.kubectl(['create', '-f', '-'], manifest(name))).rejects.toThrow(inWords);
    // Without a target nobody is shown anything.
    const generate = [{ key: 'password', password: {} }];
    expect((await author.rest.put(path, { generate })).status).toBe(201);

    await author.grant('blind-author-reads', reads(name));
    await eventually(async () => expect((await author.rest.put(path, spec)).status).toBe(200));
    expect(await world.runThrough(name)).toMatchObject({ state: 'succeeded' });
    await author.takeAway('blind-author-reads');
    await eventually(async () => {
      const { state, error } = await world.runThrough(name);
      const message = `the author of the spec may not get secrets ${name}`;
      expect([state, error]).toEqual(['needsOperator', { reason: 'AuthorForbidden', message }]);
    });
  });

  it('must be able to read them with kubectl as well, and is who the gateway asks for', async () => {
    const name = await seeded('kubectl-1');
    const author = await RotationAuthor.make(world, 'kubectl-author', rotates(name));
    await stampsCount(world.installation.cluster);
    const apply = () => author.kubectl(['apply', '-f', '-'], manifest(name));
    await eventually(() =>
      expect(apply()).rejects.toThrow(/Forbidden.*needs the right to get Secret "receiver-/s),
    );
    await author.grant('kubectl-author-reads', needed);
    await eventually(apply);
    await eventually(async () => expect(await authorOf(name)).toBe(author.username));
    expect(await world.runThrough(name)).toMatchObject({ state: 'succeeded' });
  });

  it('stops the next run once he may read them no more', async () => {
    const name = await seeded('lost');
    const author = await RotationAuthor.make(world, 'leaver', rotates(name));
    await author.grant('leaver-reads', needed);
    await eventually(async () => {
      const answer = await author.rest.put(
        pathOf(name),
        receiver.spec('ok', { retireAfter: '0s' }),
      );
      expect(answer.status, answer.text).toBe(201);
    });
    expect(await world.runThrough(name)).toMatchObject({ state: 'succeeded' });
    await author.takeAway('leaver-reads');

    await eventually(async () => {
      const run = await world.runThrough(name);
      const message = 'the author of the spec may not get secrets receiver-key';
      expect(run).toMatchObject({ state: 'needsOperator', step: 'create', toVersion: null });
      expect(run.error).toEqual({ reason: 'AuthorForbidden', message });
    });
    for (const type of ['Ready', 'Degraded']) await world.condition(name, type, 'AuthorForbidden');
    const stored = await world.stored(name);
    const { id } = await world.begin(name);
    await eventually(async () => {
      expect((await world.run(name, id)).state).toBe('needsOperator');
    });
    const events = (await world.events()).filter(({ parentId }) => parentId === id);
    expect(events).toContainEqual(
      expect.objectContaining({
        ...{ secret: name, action: 'rotations.run', outcome: 'failed' },
        ...{ rotationRun: id, rotationReason: 'AuthorForbidden' },
      }),
    );
    expect(await world.stored(name)).toEqual(stored);
    expect(receiver.stepsOf(id)).toEqual([]);

    await author.grant('leaver-reads-again', needed);
    await eventually(async () => expect((await world.runThrough(name)).state).toBe('succeeded'));
    await world.condition(name, 'Ready', 'Accepted');
  });
});

describe('the author that the gateway takes a spec for', () => {
  it('is forged by no annotation: at create, by patch, by removal, through the status', async () => {
    const name = await seeded('forged');
    await stampsCount(world.installation.cluster);
    const mallory = await RotationAuthor.make(world, 'mallory', rotates(name), needed);
    const create = () =>
      mallory.kubectl(['create', '-f', '-'], manifest(name, { annotations: forged }));
    await eventually(create);
    await eventually(async () => expect(await authorOf(name)).toBe(mallory.username));
    const item = `/${name}`;
    const removal = [{ op: 'remove', path: '/metadata/annotations' }];
    const jsonPatch = 'application/json-patch+json';
    const metadata = { annotations: forged };
    const taken = { 'sallyport.dev/author': null, 'sallyport.dev/author-groups': null };
    for (const attempt of [
      () => mallory.send('PATCH', item, { metadata }),
      () => mallory.send('PATCH', item, { metadata: { annotations: taken } }),
      () => mallory.send('PATCH', item, removal, jsonPatch),
      () => mallory.send('PATCH', `${item}/status`, { metadata, status: { state: 'running' } }),
      async () => {
        const text = await mallory.kubectl(['get', 'secretrotation', name, '-o', 'json']);
        const found = JSON.parse(text) as { readonly metadata: object };
        const body = { ...found, metadata: { ...found.metadata, ...metadata } };
        return mallory.send('PUT', item, body);
      },
      async () => {
        const forgery = Object.entries(forged).map(([key, value]) => `${key}=${value}`);
        await mallory.kubectl(['annotate', '--overwrite', 'secretrotation', name, ...forgery]);
        return { status: 200 };
      },
    ]) {
      const { status } = await attempt();
      expect([200, 409]).toContain(status);
      expect(await authorOf(name)).toBe(mallory.username);
    }
    // Nor does it help that the forged one could do anything.
    await world.installation.cluster.request(
      'DELETE',
      `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings/${namespace}-mallory`,
    );
    await eventually(async () => {
      const run = await world.runThrough(name);
      expect(run).toMatchObject({ state: 'needsOperator', error: { reason: 'AuthorForbidden' } });
    });
  });

  it('is who changed adopt last', async () => {
    const name = await seeded('adopted');
    await stampsCount(world.installation.cluster);
    const leaver = await RotationAuthor.make(world, 'left', rotates(name));
    const heir = await RotationAuthor.make(world, 'heir', rotates(name), needed);
    await leaver.grant('left-reads', needed);
    await eventually(() => leaver.kubectl(['apply', '-f', '-'], manifest(name)));
    await eventually(async () => expect(await authorOf(name)).toBe(leaver.username));
    await leaver.takeAway('left-reads');
    await eventually(async () => {
      expect((await world.runThrough(name)).error?.reason).toBe('AuthorForbidden');
    });
    await world.condition(name, 'Ready', 'AuthorForbidden');
    const patch = JSON.stringify({ spec: { adopt: 'heir, since left has left' } });
    await heir.kubectl(['patch', 'secretrotation', name, '--type=merge', '-p', patch]);
    await eventually(async () => expect(await authorOf(name)).toBe(heir.username));
    await world.condition(name, 'Ready', 'Accepted');
    expect(await world.runThrough(name)).toMatchObject({ state: 'succeeded' });
  });
});

describe('a stamp', () => {
  const api = '/apis/admissionregistration.k8s.io/v1';
  const binding = `${api}/mutatingadmissionpolicybindings/sallyport-rotation-author`;
  /** The gateway looks at the policies every ten seconds. */
  const patience = { timeout: 30_000, interval: 250 };

  it('counts only while admission writes it, and never on what is older', async () => {
    const { cluster } = world.installation;
    const [old, young] = [await seeded('old'), await seeded('young')];
    await stampsCount(cluster);
    const author = await RotationAuthor.make(world, 'stamped', rotates(old, young), needed);
    await eventually(() => author.kubectl(['apply', '-f', '-'], manifest(old)));
    await eventually(async () => expect(await authorOf(old)).toBe(author.username));

    await cluster.request('DELETE', binding);
    await vi.waitFor(async () => expect(await authorOf(old)).toBeNull(), patience);
    const run = await world.runThrough(old);
    const message = 'nobody is known to have written this spec; set it again, or change adopt';
    expect(run).toMatchObject({ state: 'needsOperator' });
    expect(run.error).toEqual({ reason: 'AuthorUnknown', message });
    for (const type of ['Ready', 'Degraded']) await world.condition(old, type, 'AuthorUnknown');

    await applyFiles(cluster, 'deploy/rbac/policies/author');
    await stampsCount(cluster);
    await author.kubectl(['apply', '-f', '-'], manifest(young));
    await vi.waitFor(async () => {
      expect(await authorOf(young)).toBe(author.username);
    }, patience);
    expect(await authorOf(old)).toBeNull();
    expect((await world.runThrough(old)).error?.reason).toBe('AuthorUnknown');
    expect(await world.runThrough(young)).toMatchObject({ state: 'succeeded' });

    // Through the gateway it is known whoever says it, stamped or not.
    const { body } = await author.rest.get(pathOf(old));
    expect((await author.rest.put(pathOf(old), body)).status).toBe(200);
    expect(await authorOf(old)).toBe(author.username);
    expect(await world.runThrough(old)).toMatchObject({ state: 'succeeded' });
  }, 90_000);
});
