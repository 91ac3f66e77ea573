import { apply, get, patch, post, put, scenario, type Scenario } from '../scenario.js';
import { deployment, deployments, secret, secrets } from './objects.js';

const one = `${secrets}/one`;
const applyYaml = 'apiVersion: v1\nkind: Secret\nmetadata: {name: one}\nstringData: {c: text}\n';

export const applyScenarios: readonly Scenario[] = [
  scenario(
    'an apply creates, owns and takes away',
    apply(201, one, secret('one', { data: { a: '', b: '' } })),
    apply(200, one, secret('one', { data: { a: '', b: '' } })),
    apply(200, one, secret('one', { data: { a: 'YQ==' } })),
    apply(200, one, secret('one', { data: { a: 'YQ==' } }, { labels: { x: 'y' } })),
    apply(200, one, secret('one', {})),
    apply(200, one, applyYaml),
    get(200, one),
  ),
  scenario(
    'fields of others are conflicts unless forced',
    post(201, `${secrets}?fieldManager=creator`, secret('one', { data: { a: '', b: '' } })),
    apply(409, one, secret('one', { data: { a: 'YQ==' } }), 'two', {
      message: 'Apply failed with 1 conflict: conflict with "creator"',
    }),
    apply(409, one, secret('one', { data: { a: 'YQ==', b: 'Yg==' } }), 'two'),
    apply(200, one, secret('one', { data: { a: '' } }), 'two'),
    apply(409, one, secret('one', { data: { a: 'YQ==' } }), 'three'),
    apply(200, one, secret('one', { data: { a: 'YQ==' } }), 'three', { isForced: true }),
    apply(200, one, secret('one', { data: { b: 'Yg==' } }), 'three', { isForced: true }),
    apply(200, one, secret('one', {}), 'two'),
    apply(200, one, secret('one', { data: { c: '' } }), 'two'),
    patch(200, `${one}?fieldManager=patcher`, { data: { c: 'Yw==' } }),
    apply(409, one, secret('one', { data: { c: '' } }), 'two'),
    put(200, `${one}?fieldManager=putter`, secret('one', { data: { c: 'ZA==' } })),
    get(200, one),
  ),
  scenario(
    'shared fields stay until the last owner leaves',
    apply(201, one, secret('one', { data: { a: '', b: '' } }), 'one'),
    apply(200, one, secret('one', { data: { a: '', c: '' } }), 'two'),
    apply(200, one, secret('one', { data: { b: '' } }), 'one'),
    apply(200, one, secret('one', { data: { c: '' } }), 'two'),
    apply(200, one, secret('one', {}), 'one'),
    get(200, one),
  ),
  scenario(
    'applies that are wrong are refused',
    patch(422, one, secret('one'), 'application/apply-patch+yaml'),
    apply(400, one, '{'),
    apply(400, one, { kind: 'Secret', metadata: { name: 'one' } }),
    apply(400, one, { apiVersion: 'v1', metadata: { name: 'one' } }),
    apply(400, one, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' } }),
    apply(400, one, secret('two')),
    apply(400, one, secret('one', {}, { namespace: 'other' })),
    apply(400, one, secret('one', {}, { managedFields: [] })),
    apply(201, `${one}?dryRun=All`, secret('one', {}, { resourceVersion: '5' })),
    apply(
      409,
      `${one}?dryRun=All`,
      secret('one', {}, { uid: '11111111-1111-1111-1111-111111111111' }),
    ),
    apply(500, one, secret('one', { unknown: 'member' })),
    apply(500, one, secret('one', { data: { a: 5 } })),
    apply(422, one, secret('one', { data: { 'a b': '' } })),
    apply(404, '/api/v1/namespaces/{ns}-none/secrets/one', secret('one')),
    apply(201, `${one}?dryRun=All`, secret('one', { data: { a: '' } })),
    get(404, one),
    apply(201, one, secret('one', { data: { a: '' } }), 'one', { save: 'first' }),
    apply(409, one, secret('one', {}, { resourceVersion: '1' })),
    apply(
      200,
      one,
      secret('one', { data: {} }, { resourceVersion: '{first.metadata.resourceVersion}' }),
    ),
    apply(422, one, secret('one', { type: 'other' }), 'one', { isForced: true }),
    apply(400, `${secrets}/bare`, secret('')),
    apply(200, one, { apiVersion: 'v1', kind: 'Secret', data: { a: '' } }),
    apply(200, one, { apiVersion: 'v1', kind: 'Secret' }),
    apply(422, one, secret('one', {}, { uid: '11111111-1111-1111-1111-111111111111' })),
    apply(500, `${secrets}/new`, secret('new', {}, { resourceVersion: 'x' })),
    apply(201, `${secrets}/new`, secret('new', {}, { resourceVersion: '5' })),
    apply(400, one, 'a: ['),
    apply(400, one, 'a: [b'),
    apply(400, one, '{a: {b: 1'),
  ),
  scenario(
    'metadata is applied as data is',
    apply(201, one, secret('one', {}, { labels: { a: '1', b: '2' }, finalizers: ['x.example/1'] })),
    apply(200, one, secret('one', {}, { labels: { c: '3' }, finalizers: ['x.example/2'] }), 'two'),
    apply(200, one, secret('one', {}, { annotations: { d: '4' } })),
    apply(200, one, secret('one', { immutable: true }), 'two'),
    apply(422, one, secret('one', { immutable: false }), 'two'),
    patch(200, one, { metadata: { managedFields: [{}] } }),
    get(200, one),
  ),
  scenario(
    'a Deployment is applied list by list',
    apply(201, `${deployments}/web`, deployment('web')),
    apply(200, `${deployments}/web`, partOf({ env: [{ name: 'A', value: '1' }] }), 'two'),
    apply(200, `${deployments}/web`, partOf({ env: [{ name: 'B', value: '2' }] }), 'three'),
    apply(200, `${deployments}/web`, partOf({ env: [{ name: 'C', value: '3' }] }), 'two'),
    apply(409, `${deployments}/web`, partOf({ image: 'registry.example/app:2' }), 'two'),
    apply(200, `${deployments}/web`, partOf({ image: 'registry.example/app:2' }), 'two', {
      isForced: true,
    }),
    apply(200, `${deployments}/web`, deployment('web', { replicas: 2 }), 'one', { isForced: true }),
    apply(
      500,
      `${deployments}/web`,
      partOf({
        env: [
          { name: 'A', value: '1' },
          { name: 'A', value: '2' },
        ],
      }),
      'two',
    ),
    get(200, `${deployments}/web`),
  ),
];

function partOf(container: Record<string, unknown>): unknown {
  const spec = { template: { spec: { containers: [{ name: 'main', ...container }] } } };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec };
}
