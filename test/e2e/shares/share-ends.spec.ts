import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedSecret } from '../../support/seed.js';
import { eventually } from '../../support/tokens-world.js';
import { shareOf, SharingWorld } from './sharing-world.js';

const shares = '/v1/namespaces/pay/shares';
const rotation = {
  generate: [{ key: 'password', password: { length: 32 } }],
  target: { none: {} },
};

interface Event {
  readonly reason: string;
  readonly type: string;
  readonly message: string;
  readonly involvedObject: { readonly kind: string; readonly name: string };
}

let world: SharingWorld;

beforeAll(async () => {
  world = await SharingWorld.start();
});
afterAll(() => world?.stop());

async function shareStatus(name: string): Promise<unknown> {
  const path = `/apis/sallyport.dev/v1alpha1/namespaces/pay/secretshares/${name}`;
  const { cluster } = world.installation;
  return (await cluster.request<{ status?: unknown }>('GET', path)).body.status;
}

async function eventsOf(namespace: string, name: string): Promise<readonly Event[]> {
  const path = `/api/v1/namespaces/${namespace}/events`;
  const { body } = await world.installation.cluster.request<{ items: Event[] }>('GET', path);
  return body.items.filter(({ involvedObject }) => involvedObject.name === name);
}

const versionsOf = async (secret: string) => {
  const path = `/api/v1/namespaces/pay/secrets/${secret}`;
  const { body } = await world.installation.cluster.request<{ data: object }>('GET', path);
  return body.data;
};

/** A Secret with a rotation, whose key is shared; `shop` has a copy. */
async function rotated(secretName: string, change: object = {}): Promise<string> {
  await seedSecret(world.installation, 'pay', secretName, { password: 'first' });
  const path = `/v1/namespaces/pay/secrets/${secretName}/rotation`;
  const put = await world.as('owner').put(path, rotation);
  if (put.status !== 201) throw new Error(put.text);
  const name = await world.copy({ secretName, onRevoke: 'rotate', ...change });
  await eventually(async () => {
    expect((await world.stored(name))?.data).toEqual({ password: 'first' });
    expect(await shareStatus(name)).toMatchObject({ consumers: [{ namespace: 'shop' }] });
  });
  return name;
}

/** Waits until the Secret was rotated, by one run that names the share. */
async function wasRotated(secretName: string, name: string): Promise<void> {
  const runs = `/v1/namespaces/pay/secrets/${secretName}/rotation/runs`;
  await eventually(async () => {
    const { body } = await world.as('owner').get(runs);
    expect(body.items).toMatchObject([
      {
        state: 'succeeded',
        reason: `the share ${name} has ended`,
        requestedBy: 'system:serviceaccount:pay:owner',
      },
    ]);
  });
  expect(await versionsOf(secretName)).not.toMatchObject({
    password: Buffer.from('first').toString('base64'),
  });
}

describe('the status of a share', () => {
  it('says who uses it, and at the end that values were delivered before', async () => {
    const name = await world.copy();
    await eventually(async () => {
      expect(await shareStatus(name)).toMatchObject({
        state: 'Active',
        consumers: [{ namespace: 'shop', imports: 1 }],
        conditions: [{ type: 'Ready', status: 'True', reason: 'Active' }],
      });
    });
    await world.as('owner').post(`${shares}/${name}/revoke`, {});
    await eventually(async () => {
      expect(await shareStatus(name)).toMatchObject({
        state: 'Revoked',
        conditions: [
          {
            ...{ status: 'False', reason: 'Revoked' },
            message: 'delivered before to one namespace: rotate the Secret',
          },
        ],
      });
    });
  });

  it('says that nothing was delivered', async () => {
    await world.as('owner').put(`${shares}/unused`, shareOf({ secretName: 'absent' }));
    await eventually(async () => {
      expect(await shareStatus('unused')).toMatchObject({
        state: 'Suspended',
        conditions: [{ reason: 'SecretMissing', message: expect.stringContaining('create it') }],
      });
    });
  });
});

describe('Kubernetes Events', () => {
  it('tell each side of its object, and the consumer nothing of the other side', async () => {
    const name = await world.copy();
    await eventually(async () => {
      const [ofImport] = await eventsOf('shop', name);
      expect(ofImport).toMatchObject({ type: 'Normal', reason: 'Delivered' });
    });
    await world.as('owner').post(`${shares}/${name}/revoke`, {});
    await eventually(async () => {
      const ofImport = await eventsOf('shop', name);
      expect(ofImport.map(({ reason }) => reason)).toContain('NotGranted');
      expect(JSON.stringify(ofImport)).not.toMatch(/"db"|secretName|pay\b/);
      const ofShare = await eventsOf('pay', name);
      expect(ofShare.map(({ type, reason }) => [type, reason])).toContainEqual([
        'Warning',
        'Revoked',
      ]);
    });
  });
});

describe('a share with onRevoke: rotate', () => {
  it('rotates the Secret once when it is revoked, and says so', async () => {
    const name = await rotated('rotates-all');
    await world.as('owner').post(`${shares}/${name}/revoke`, {});
    await wasRotated('rotates-all', name);
    await eventually(async () => {
      expect(await shareStatus(name)).toMatchObject({
        conditions: [
          { message: 'delivered before to one namespace: the Secret was rotated since' },
        ],
      });
    });
    expect(await world.stored(name)).toBeUndefined();
  });

  it('rotates it when it is revoked for one namespace, and others follow', async () => {
    const to = [{ namespace: 'shop' }, { namespace: 'web' }];
    const name = await rotated('rotates-one', { to });
    const from = { from: { namespace: 'pay', share: name } };
    await world.as('outsider').put(`/v1/namespaces/web/imports/${name}`, from);
    const path = `/v1/namespaces/web/imports/${name}/keys/password`;
    await world.as('owner').post(`${shares}/${name}/revoke`, { namespace: 'shop' });
    await wasRotated('rotates-one', name);
    await eventually(async () => {
      const { status, text } = await world.as('outsider').get(path);
      expect([status, text.length]).toEqual([200, 32]);
    });
  });

  it.for([
    ['expires', (name: string) => world.as('owner').get(`${shares}/${name}`)],
    ['is deleted', (name: string) => world.as('owner').delete(`${shares}/${name}`)],
    [
      'is deleted past the gateway',
      (name: string) =>
        world.installation.cluster.request(
          'DELETE',
          `/apis/sallyport.dev/v1alpha1/namespaces/pay/secretshares/${name}`,
        ),
    ],
  ] as const)('rotates it when it %s', async ([how, end]) => {
    const secretName = `rotates-${how.replaceAll(' ', '-')}`;
    const isExpiry = how === 'expires';
    const expiresAt = new Date(Date.now() + 5_000).toISOString();
    const name = await rotated(secretName, isExpiry ? { expiresAt } : {});
    await end(name);
    await wasRotated(secretName, name);
  });

  it('needs an author who may rotate the Secret', async () => {
    const body = shareOf({ onRevoke: 'rotate' });
    const answer = await world.as('keyOwner').put(`${shares}/not-rotated`, body);
    expect([answer.status, answer.body.detail]).toEqual([
      403,
      expect.stringContaining('secretrotations/run'),
    ]);
  });

  it('says that a Secret without a rotation cannot be rotated', async () => {
    const name = await world.copy({ onRevoke: 'rotate' });
    await eventually(async () => {
      expect(await shareStatus(name)).toMatchObject({ consumers: [{ namespace: 'shop' }] });
    });
    await world.as('owner').post(`${shares}/${name}/revoke`, {});
    await eventually(async () => {
      expect(await shareStatus(name)).toMatchObject({
        conditions: [{ message: expect.stringContaining('could not be rotated') }],
      });
    });
  });
});
