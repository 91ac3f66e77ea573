import { del, get, post, put, scenario, type Scenario, type Step } from '../scenario.js';
import { configMap, configmaps, secret, secrets } from './objects.js';

const clusterRoles = '/apis/rbac.authorization.k8s.io/v1/clusterroles';
const mine = 'labelSelector=scenario%3D{ns}';

function seeded(...steps: readonly Step[]): readonly Step[] {
  const labels = (tier: string, more = {}) => ({
    labels: { scenario: '{ns}', tier, ...more },
  });
  return [
    post(201, secrets, secret('b', {}, labels('web'))),
    post(201, secrets, secret('a', {}, labels('web', { canary: '' }))),
    post(201, secrets, secret('d', { type: 'example.com/x' }, labels('db'))),
    post(201, secrets, secret('c-1', {}, { labels: { scenario: '{ns}' } })),
    post(201, secrets, secret('c.1', {}, labels('db'))),
    ...steps,
  ];
}

function selecting(selectors: readonly (readonly [number, string])[]): readonly Step[] {
  return selectors.map(([status, selector]) => {
    return get(status, `${secrets}?labelSelector=${encodeURIComponent(selector)}`);
  });
}

function fieldSelecting(selectors: readonly (readonly [number, string])[]): readonly Step[] {
  return selectors.map(([status, selector]) => {
    return get(status, `${secrets}?fieldSelector=${encodeURIComponent(selector)}`);
  });
}

export const listScenarios: readonly Scenario[] = [
  scenario(
    'a list is sorted by name and has no kind per item',
    get(200, secrets),
    ...seeded(get(200, secrets), get(200, `/api/v1/secrets?${mine}`)),
  ),
  scenario(
    'pages follow one another',
    ...seeded(
      get(200, `${secrets}?limit=2`, { save: 'first' }),
      get(200, `${secrets}?limit=2&continue={first.metadata.continue}`, { save: 'second' }),
      get(200, `${secrets}?limit=2&continue={second.metadata.continue}`),
      get(200, `${secrets}?continue={first.metadata.continue}`),
      get(200, `${secrets}?limit=5`),
      get(200, `${secrets}?limit=6`),
      get(200, `${secrets}?limit=0`),
      get(200, `${secrets}?limit=2&labelSelector=tier`),
      get(200, `${secrets}?limit=2&fieldSelector=type%3DOpaque`),
      get(200, `/api/v1/secrets?limit=2&${mine}`, { save: 'all' }),
      get(200, `/api/v1/secrets?limit=2&${mine}&continue={all.metadata.continue}`),
      get(200, `${secrets}?limit=-1`),
      get(200, `${secrets}?limit=2&resourceVersion=0`),
      get(400, `${secrets}?limit=x`),
      get(400, `${secrets}?limit=`),
      get(400, `${secrets}?timeoutSeconds=99999999999999999999`),
    ),
  ),
  scenario(
    'later pages show the state of the first page',
    ...seeded(
      get(200, `${secrets}?limit=2`, { save: 'first' }),
      put(200, `${secrets}/d`, secret('d', { type: 'example.com/x', data: { a: 'YQ==' } })),
      del(200, `${secrets}/c.1`),
      post(201, secrets, secret('e')),
      get(200, `${secrets}?limit=9&continue={first.metadata.continue}`),
      get(200, secrets),
    ),
  ),
  scenario(
    'continue tokens are checked',
    ...seeded(
      get(200, `${secrets}?limit=1`, { save: 'first' }),
      get(400, `${secrets}?limit=1&continue=nonsense`),
      get(400, `${secrets}?limit=1&continue=%21`),
      get(400, `${secrets}?limit=1&continue=e30`),
      get(400, `${secrets}?limit=1&continue=${token({ v: 'meta.k8s.io/v9', rv: 5, start: 'a' })}`),
      get(400, `${secrets}?limit=1&continue=${token({ v: 'meta.k8s.io/v1', rv: 0, start: 'a' })}`),
      get(400, `${secrets}?limit=1&continue=${token({ v: 'meta.k8s.io/v1', rv: 5, start: '' })}`),
      get(
        400,
        `${secrets}?limit=1&continue=${token({ v: 'meta.k8s.io/v1', rv: 5, start: '../x' })}`,
      ),
      get(400, `${secrets}?limit=1&continue={first.metadata.continue}&resourceVersion=5`),
      get(200, `${secrets}?limit=1&continue={first.metadata.continue}&resourceVersion=0`),
      get(422, `${secrets}?continue={first.metadata.continue}&resourceVersionMatch=Exact`),
    ),
  ),
  scenario(
    'label selectors choose objects',
    ...seeded(
      ...selecting([
        [200, 'tier=web'],
        [200, 'tier==web'],
        [200, 'tier!=web'],
        [200, 'tier in (web, db)'],
        [200, 'tier notin (web)'],
        [200, 'tier'],
        [200, '!tier'],
        [200, 'tier=web,canary'],
        [200, 'canary='],
        [200, 'canary in ()'],
        [200, 'tier in (db),!canary , scenario'],
        [200, 'a.example/x=1'],
        [200, ''],
        [200, ' tier = web '],
        [200, 'tier>1'],
        [200, 'tier<1'],
      ]),
    ),
  ),
  scenario(
    'label selectors that are wrong are refused',
    ...selecting([
      [400, 'tier='.concat('x'.repeat(64))],
      [400, 'tier in web'],
      [400, 'tier in (web'],
      [400, 'tier>x'],
      [400, 'tier>x_'],
      [400, 'tier in (b,-c,-a)'],
      [400, 'tier in (a,!)'],
      [400, '=web'],
      [400, ','],
      [400, 'tier=web,'],
      [400, 'a b'],
      [400, 'bad/key/x=1'],
      [400, 'tier=a b'],
      [400, '!'],
      [400, '!tier=x'],
      [400, 'tier===x'],
      [400, 'tier=-x'],
      [400, 'tier notin'],
      [400, '(a)'],
    ]),
  ),
  scenario(
    'field selectors choose objects',
    ...seeded(
      ...fieldSelecting([
        [200, 'metadata.name=a'],
        [200, 'metadata.name==a'],
        [200, 'metadata.name!=a'],
        [200, 'type=Opaque'],
        [200, 'type!=Opaque'],
        [200, 'metadata.namespace={ns}'],
        [200, 'metadata.namespace=other'],
        [200, 'metadata.name=a,type=Opaque'],
        [200, 'metadata.name=a,metadata.name=b'],
        [200, 'metadata.name=none'],
        [200, ''],
        [400, 'metadata.name'],
        [400, 'data=x'],
        [400, 'metadata.labels=x'],
        [400, 'metadata.name in (a)'],
        [200, 'metadata.name=a\\,b'],
        [400, 'metadata.name=a\\b'],
        [400, 'metadata.name=a=b'],
        [400, 'type=x,metadata.name'],
        [400, 'type=x,data=x,all=x'],
      ]),
      post(201, configmaps, configMap('c')),
      get(200, `${configmaps}?fieldSelector=metadata.name%3Dc`),
      get(400, `${configmaps}?fieldSelector=type%3Dc`),
      get(200, `${secrets}?fieldSelector=metadata.name%3Da&labelSelector=tier%3Ddb`),
      get(400, '/api/v1/namespaces?fieldSelector=metadata.namespace%3Dx'),
      get(200, `${clusterRoles}?fieldSelector=metadata.namespace%3Dx`),
    ),
  ),
  scenario(
    'resourceVersion says how fresh a list must be',
    ...seeded(
      get(200, `${secrets}?labelSelector=canary`, { save: 'list' }),
      put(200, `${secrets}/d`, secret('d', { type: 'example.com/x' }), { save: 'later' }),
      get(200, `${secrets}?resourceVersion=0`, { isOpaque: true }),
      get(200, `${secrets}?resourceVersion={later.metadata.resourceVersion}`),
      get(200, `${secrets}?${version('{list.metadata.resourceVersion}', 'Exact')}`),
      get(200, `${secrets}?${version('{later.metadata.resourceVersion}', 'NotOlderThan')}`),
      get(422, `${secrets}?${version('0', 'Exact')}`),
      get(422, `${secrets}?resourceVersionMatch=Exact`),
      get(422, `${secrets}?resourceVersionMatch=NotOlderThan`),
      get(422, `${secrets}?${version('5', 'Sometimes')}`),
      get(400, `${secrets}?resourceVersion=x`),
      get(400, `${secrets}?resourceVersion=-1`),
      get(504, `${secrets}?resourceVersion=99999999999`),
      get(200, `${secrets}/d?resourceVersion=0`, { isOpaque: true }),
      get(200, `${secrets}/d?resourceVersion={later.metadata.resourceVersion}`),
      get(500, `${secrets}/d?resourceVersion=x`),
      get(504, `${secrets}/d?resourceVersion=99999999999`),
    ),
  ),
];

function version(resourceVersion: string, match: string): string {
  return `resourceVersion=${resourceVersion}&resourceVersionMatch=${match}`;
}

function token(content: Readonly<Record<string, unknown>>): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url');
}
