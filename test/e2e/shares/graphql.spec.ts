import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, SharingWorld } from './sharing-world.js';

interface GraphqlAnswer {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly path?: readonly string[];
    readonly extensions: { readonly code: string };
  }[];
}

let world: SharingWorld;

beforeAll(async () => {
  world = await SharingWorld.start();
});
afterAll(() => world?.stop());

async function ask(caller: Caller, query: string): Promise<GraphqlAnswer> {
  const { body } = await world.as(caller).post('/graphql', { query });
  return body as unknown as GraphqlAnswer; // by the protocol
}

describe('over GraphQL', () => {
  it('the owner sees a share and who uses it, as over REST', async () => {
    const subjects = [{ kind: 'ServiceAccount', name: 'reader' }];
    const name = await world.share({ to: [{ namespace: 'shop', subjects }] });
    await world.read(name);
    const { data, errors } = await ask(
      'owner',
      `{ share(namespace: "pay", name: "${name}") {
        name author state reason consumers { namespace imports }
        spec { secretName keys to { namespace revoked subjects { kind name } } delivery onRecreate }
      } }`,
    );
    expect(errors).toBeUndefined();
    expect(data?.['share']).toEqual({
      name,
      author: 'system:serviceaccount:pay:owner',
      state: 'ACTIVE',
      reason: null,
      consumers: [{ namespace: 'shop', imports: 1 }],
      spec: {
        secretName: 'db',
        keys: ['password'],
        to: [
          {
            namespace: 'shop',
            revoked: false,
            subjects: [{ kind: 'SERVICE_ACCOUNT', name: 'reader' }],
          },
        ],
        delivery: ['LIVE'],
        onRecreate: 'STOP',
      },
    });
  });

  it('the consumer reads values where the query asks for them', async () => {
    const name = await world.share({}, { keys: [{ name: 'password', as: 'PGPASSWORD' }] });
    const { data, errors } = await ask(
      'reader',
      `{ import(namespace: "shop", name: "${name}") {
        state spec { from { namespace share } keys { name as } target { secretName } }
        values { key text base64 }
      } }`,
    );
    expect(errors).toBeUndefined();
    expect(data?.['import']).toEqual({
      state: 'READY',
      spec: {
        from: { namespace: 'pay', share: name },
        keys: [{ name: 'password', as: 'PGPASSWORD' }],
        target: null,
      },
      values: [{ key: 'PGPASSWORD', text: 'shared-value', base64: null }],
    });
  });

  it('values that are not granted are null with the one error, beside the import', async () => {
    const name = await world.share();
    await world.as('owner').post(`/v1/namespaces/pay/shares/${name}/revoke`, {});
    const { data, errors } = await ask(
      'reader',
      `{ import(namespace: "shop", name: "${name}") { state values { text } } }`,
    );
    expect(data).toEqual({ import: { state: 'NOT_GRANTED', values: null } });
    expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['import', 'values'], 'NotFound'],
    ]);
  });

  it('lists are connections, page by page, and need the right to list', async () => {
    await world.share();
    await world.share();
    const list = (after: string) =>
      `{ shares(namespace: "pay", first: 1${after}) { nodes { name } pageInfo { endCursor hasNextPage } } }`;
    const { data } = await ask('owner', list(''));
    const first = data?.['shares'] as {
      readonly nodes: readonly { readonly name: string }[];
      readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
    };
    expect([first.nodes.length, first.pageInfo.hasNextPage]).toEqual([1, true]);
    const next = await ask('owner', list(`, after: "${first.pageInfo.endCursor}"`));
    expect(next.data?.['shares']).not.toMatchObject({ nodes: first.nodes });
    const imports = '{ imports(namespace: "shop") { nodes { name state } } }';
    expect((await ask('importer', imports)).errors).toBeUndefined();
    const denied = await ask('reader', imports);
    expect(denied.data).toEqual({ imports: null });
    expect(denied.errors?.[0]?.extensions.code).toBe('Forbidden');
  });

  it('reads values of a bounded number of imports', async () => {
    const name = await world.share();
    const parts = Array.from(
      { length: 101 },
      (_, index) => `i${index}: import(namespace: "shop", name: "${name}") { values { key } }`,
    );
    const { errors } = await ask('reader', `{ ${parts.join(' ')} }`);
    expect(errors?.length).toBeGreaterThan(0);
  });
});
