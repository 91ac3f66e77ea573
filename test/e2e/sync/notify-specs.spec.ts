import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mutate } from './graphql-writes.js';
import { SpecsWorld, storeOf } from './specs-world.js';

let world: SpecsWorld;

beforeAll(async () => {
  world = await SpecsWorld.start();
});
afterAll(() => world?.stop());

const secret = { namespace: 'pay', name: 'signing', key: 'secret' };
const caSecret = { namespace: 'pay', name: 'ca', key: 'ca.crt' };
const claims = [{ name: 'azp', value: 'Event-Grid' }];
const jwksUrl = 'https://issuer.example/keys';

/** A spec of each kind, whole. */
const kinds = {
  signature: { secret },
  jwt: { issuer: 'https://issuer.example', audience: 'gateway', jwksUrl, caSecret, claims },
  sns: {
    topicArn: 'arn:aws:sns:eu-west-1:123456789012:secrets',
    endpoint: 'https://sns.example',
    caSecret,
  },
} as const;

const reference = '{ namespace name key }';
const notify = `notify {
  signature { secret ${reference} }
  jwt { issuer audience jwksUrl caSecret ${reference} claims { name value } }
  sns { topicArn endpoint caSecret ${reference} }
}`;

const storedNotify = async (name: string): Promise<unknown> => {
  const { body } = await world.as('operator').get(`/v1/stores/${name}`);
  return body['notify'];
};

describe('how a store authenticates notifications', () => {
  it.each(Object.entries(kinds))('by %s is the same over REST and GraphQL', async (kind, of) => {
    const spec = storeOf({ notify: { [kind]: of } });
    await world.put('operator', '/v1/stores/by-rest', spec);
    const selection = `store { problem spec { ${notify} } }`;
    const write = { as: 'operator', field: 'putExternalStore', name: 'by-graphql', spec } as const;
    const { payload } = await mutate<object>(world, write, selection);
    const whole = { signature: null, jwt: null, sns: null, [kind]: of };
    expect(payload).toEqual({ store: { problem: null, spec: { notify: whole } } });
    const stored = [await storedNotify('by-rest'), await storedNotify('by-graphql')];
    expect(stored).toEqual([{ [kind]: of }, { [kind]: of }]);
  });

  it('is refused in two ways, by the gateway and by the API server', async () => {
    const two = { signature: kinds.signature, sns: kinds.sns };
    const { status, body } = await world.as('operator').put('/v1/stores/two', {
      ...storeOf({ notify: two }),
    });
    expect([status, body.errors]).toEqual([
      422,
      [{ pointer: '/notify', reason: 'must have exactly one of signature, jwt, sns' }],
    ]);
    const path = '/apis/sallyport.dev/v1alpha1/externalstores';
    const direct = await world.installation.cluster.request('POST', path, {
      apiVersion: 'sallyport.dev/v1alpha1',
      kind: 'ExternalStore',
      metadata: { name: 'two' },
      spec: storeOf({ notify: two }),
    });
    expect(direct.status).toBe(422);
    expect(JSON.stringify(direct.body)).toContain('must have exactly one of signature, jwt, sns');
  });
});

describe('a gateway that does not work on syncs', () => {
  it.each(['/v1/stores/vault/notify', '/v1/namespaces/pay/syncs/known/notify'])(
    'takes no notification at %s',
    async (url) => {
      const { statusCode } = await world.installation.gateway.fastify.inject({
        ...{ method: 'POST', url, payload: '{}' },
        headers: { 'content-type': 'application/json' },
      });
      expect(statusCode).toBe(503);
    },
  );
});
