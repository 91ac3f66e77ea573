import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { allOfSecrets } from '../../support/gateway.js';
import { send } from '../../support/raw-http.js';
import { TokensWorld, virtual } from '../../support/tokens-world.js';

const api = '/apis/authorization.k8s.io/v1';

interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
}
interface Review {
  readonly status: { readonly allowed?: boolean; readonly resourceRules?: readonly Rule[] };
}
type Ask = (kind: string, spec: object) => Promise<Review>;

let world: TokensWorld;
let owner: string;

beforeAll(async () => {
  world = await TokensWorld.start();
  await world.installation.serve('pay');
  owner = await world.installation.user('pay', 'owner', [
    allOfSecrets,
    virtual('accesstokens', 'create'),
    virtual('secretkeys', 'get'),
    virtual('secretversions', 'get', 'list'),
  ]);
});

afterAll(() => world.stop());

const narrowed = async (scope: object) =>
  (await world.mint(owner, { scope: { namespaces: ['pay'], ...scope } })).token;

function atGateway(token: string): Ask {
  return async (kind, spec) => {
    const path = `/kubernetes${api}/${kind}`;
    const answer = await send(world.base, { method: 'POST', path, token, body: { spec } });
    expect(answer.status, answer.text).toBe(201);
    return answer.json() as unknown as Review;
  };
}

/** The API server itself, to a ServiceAccount that a Role gives these rules. */
async function atApiServer(name: string, rules: readonly Rule[]): Promise<Ask> {
  const { installation } = world;
  await installation.user('pay', name, rules);
  const account = { namespace: 'pay', serviceAccount: name };
  const token = await installation.cluster.createToken(account);
  return async (kind, spec) => {
    const body = { apiVersion: 'authorization.k8s.io/v1', kind: kindOf(kind), spec };
    const path = `${api}/${kind}`;
    const answer = await installation.cluster.request<Review>('POST', path, body, { token });
    expect(answer.status).toBe(201);
    return answer.body;
  };
}

const kindOf = (kind: string) =>
  kind === 'selfsubjectrulesreviews' ? 'SelfSubjectRulesReview' : 'SelfSubjectAccessReview';

/** Rules on resources, a line each, whatever their order. */
async function rulesOn(ask: Ask, ...resources: readonly string[]): Promise<readonly string[]> {
  const { status } = await ask('selfsubjectrulesreviews', { namespace: 'pay' });
  const rules = (status.resourceRules ?? []).filter((rule) =>
    rule.resources.some((resource) => resources.includes(resource)),
  );
  return rules
    .map(({ verbs, resources: on, resourceNames: names = ['(all)'] }) =>
      [verbs.toSorted(), on, names.toSorted()].map((part) => part.join(',')).join(' '),
    )
    .toSorted();
}

/**
 * How External Secrets Operator decides whether a store is ready.
 * https://github.com/external-secrets/external-secrets/blob/main/providers/v1/kubernetes/validate.go
 */
async function isReadyForExternalSecrets(ask: Ask): Promise<boolean> {
  const isOf = (listed: readonly string[], one: string) =>
    listed.includes(one) || listed.includes('*');
  const { status } = await ask('selfsubjectrulesreviews', { namespace: 'pay' });
  const isListed = (status.resourceRules ?? []).some(
    ({ verbs, apiGroups, resources }) =>
      isOf(resources, 'secrets') && isOf(verbs, 'get') && isOf(apiGroups, ''),
  );
  return isListed || (await mayGet(ask, ''));
}

async function mayGet(ask: Ask, name: string): Promise<boolean> {
  const secret = { verb: 'get', resource: 'secrets', namespace: 'pay' };
  const resourceAttributes = { ...secret, ...(name !== '' && { name }) };
  const { status } = await ask('selfsubjectaccessreviews', { resourceAttributes });
  return status.allowed === true;
}

const role: Rule = {
  verbs: ['get'],
  apiGroups: [''],
  resources: ['secrets'],
  resourceNames: ['db'],
};

describe('a token narrowed to Secrets', () => {
  it('is answered as Kubernetes answers for a Role with these resourceNames', async () => {
    const kubernetes = await atApiServer('plain', [role]);
    const gateway = atGateway(await narrowed({ secrets: ['db'], actions: ['secrets.reveal'] }));
    const rules = await rulesOn(kubernetes, 'secrets');
    expect(rules).toEqual(['get secrets db']);
    expect(await rulesOn(gateway, 'secrets')).toEqual(rules);
    for (const name of ['', 'db', 'mail']) {
      expect(await mayGet(gateway, name), name).toBe(await mayGet(kubernetes, name));
    }
  });

  it.each([
    ['a name', { secrets: ['db'] }],
    ['names to read', { secrets: ['db', 'mail'], actions: ['read'] }],
    ['a glob', { secrets: ['d*'], actions: ['read'] }],
  ])('makes a store of External Secrets ready: %s', async (_title, scope) => {
    expect(await isReadyForExternalSecrets(atGateway(await narrowed(scope)))).toBe(true);
  });

  it.each([
    ['no Secret', { secrets: [] }],
    ['single keys', { secrets: ['db'], keys: ['password'] }],
    ['metadata', { secrets: ['db'], actions: ['secrets.get', 'secrets.list'] }],
  ])('does not where no value could be read: %s', async (_title, scope) => {
    expect(await isReadyForExternalSecrets(atGateway(await narrowed(scope)))).toBe(false);
  });

  it('lists what works for every name apart from what works for these', async () => {
    const token = await narrowed({ secrets: ['db', 'shop-*'], actions: ['read'] });
    expect(await rulesOn(atGateway(token), 'secrets', 'secretversions')).toEqual([
      'get secrets db,shop-*',
      'get secretversions db,shop-*',
      'list secretversions (all)',
      'list,watch secrets (all)',
    ]);
  });

  it('for single keys lists these keys', async () => {
    const keys = ['password'];
    const anywhere = atGateway(await narrowed({ keys }));
    expect(await rulesOn(anywhere, 'secrets', 'secretkeys')).toEqual([
      'delete,get,update secretkeys */password',
    ]);
    const there = atGateway(await narrowed({ keys, secrets: ['db'], actions: ['read'] }));
    expect(await rulesOn(there, 'secrets', 'secretkeys')).toEqual(['get secretkeys db/password']);
  });
});

describe('rights that RBAC limits by resourceNames', () => {
  const rules: readonly Rule[] = [
    { ...role, verbs: ['get', 'update'], resourceNames: ['db', 'mail'] },
    {
      ...{ verbs: ['get'], apiGroups: ['sallyport.dev'], resources: ['secretkeys'] },
      resourceNames: ['orders/password'],
    },
    { verbs: ['create'], apiGroups: ['sallyport.dev'], resources: ['accesstokens'] },
  ];
  let own: string;

  beforeAll(async () => {
    own = await world.installation.user('pay', 'limited', rules);
    // Rules are read at most every two seconds.
    const areThere = async () => (await rulesOn(atGateway(own), 'secrets')).length > 0;
    await vi.waitUntil(areThere, { timeout: 15_000, interval: 200 });
  });

  it('are listed with their names', async () => {
    const gateway = atGateway(own);
    expect(await rulesOn(gateway, 'secrets', 'secretkeys')).toEqual([
      'get secretkeys db/*,mail/*,orders/password',
      'get,update secrets db,mail',
    ]);
  });

  it('are listed by kubectl auth can-i --list as the API server lists them', async () => {
    const kubernetes = await atApiServer('same', [rules[0] ?? role]);
    expect(await rulesOn(atGateway(own), 'secrets')).toEqual(await rulesOn(kubernetes, 'secrets'));
  });

  it('are listed as far as a scope goes', async () => {
    const scope = { namespaces: ['pay'], secrets: ['m*'], actions: ['read'] };
    const { token } = await world.mint(own, { scope });
    expect(await rulesOn(atGateway(token), 'secrets', 'secretkeys')).toEqual([
      'get secretkeys mail/*',
      'get secrets mail',
    ]);
  });

  it('come from bindings of the cluster as well', async () => {
    const account = { namespace: 'pay', name: 'afar' };
    const token = await world.installation.user('pay', account.name, []);
    await world.grantEverywhere(account, 'afar-named', [{ ...role, resourceNames: ['tls'] }]);
    const ask = atGateway(token);
    await expect.poll(() => rulesOn(ask, 'secrets')).toEqual(['get secrets tls']);
  });
});
