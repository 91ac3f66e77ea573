import { get, jsonPatch, mergePatch, patch, post, scenario, strategicPatch } from '../scenario.js';
import type { Scenario, Step } from '../scenario.js';
import { configMap, configmaps, deployment, deployments, secret, secrets } from './objects.js';

const one = `${secrets}/one`;
const web = `${deployments}/web`;
const data = { a: 'YQ==', b: 'Yg==' };

const large = 'YWFh'.repeat(200_000);
/** Deeper than both servers read. */
const deep = `{"data":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`;

function copies(count: number): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, index) => {
    return { op: 'copy', from: '/data/large', path: `/data/copy${index}` };
  });
}

function ops(status: number, ...operations: readonly Record<string, unknown>[]): Step {
  return patch(status, one, operations, jsonPatch);
}

export const patchScenarios: readonly Scenario[] = [
  scenario(
    'a JSON patch changes what its operations say',
    post(201, secrets, secret('one', { data }, { labels: { x: 'y' } })),
    ops(200, { op: 'add', path: '/data/c', value: 'Yw==' }),
    ops(200, { op: 'replace', path: '/data/a', value: '' }),
    ops(200, { op: 'remove', path: '/data/b' }),
    ops(200, { op: 'copy', from: '/data/c', path: '/data/d' }),
    ops(200, { op: 'move', from: '/data/c', path: '/data/e' }),
    ops(200, { op: 'test', path: '/data/d', value: 'Yw==' }),
    ops(422, { op: 'test', path: '/data/d', value: 'other' }),
    ops(422, { op: 'test', path: '/data/none', value: 'other' }),
    ops(422, { op: 'remove', path: '/data/none' }),
    ops(200, { op: 'replace', path: '/data/none', value: '' }),
    ops(422, { op: 'add', path: '/none/x', value: '' }),
    ops(200, { op: 'copy', from: '/data/none', path: '/data/x' }),
    ops(200, { op: 'add', path: '/metadata/annotations', value: { 'a/b': 'c' } }),
    ops(200, { op: 'replace', path: '/metadata/annotations/a~1b', value: 'd' }),
    ops(200, { op: 'add', path: '/stringData', value: { text: 'plain' } }),
    ops(200),
    get(200, one),
  ),
  scenario(
    'a JSON patch that is wrong is refused',
    post(201, secrets, secret('one', { data })),
    patch(400, one, '{"op":"add"}', jsonPatch),
    patch(400, one, '[', jsonPatch),
    ops(422, { op: 'nonsense', path: '/data/a' }),
    ops(422, { op: 'add', value: 'x' }),
    ops(422, { op: 'add', path: 'data', value: 'x' }),
    ops(422, { op: 'add', path: '/data/a', value: 7 }),
    ops(422, { op: 'replace', path: '/type', value: 'other' }),
    ops(400, { op: 'replace', path: '/metadata/name', value: 'two' }),
    ops(400, { op: 'replace', path: '/metadata/namespace', value: 'two' }),
    ops(400, { op: 'remove', path: '/metadata/name' }),
    ops(422, { op: 'replace', path: '/kind', value: 'ConfigMap' }),
    ops(422, { op: 'replace', path: '/metadata/uid', value: 'x' }),
    ops(422, { op: 'add', path: '/metadata/labels', value: { 'bad key': '' } }),
    ops(422, { op: 'remove', path: '' }),
    ops(422, { op: 'add', path: '/data/large', value: large }, ...copies(4)),
    patch(400, one, deep, jsonPatch),
    patch(404, `${secrets}/none`, [], jsonPatch),
  ),
  scenario(
    'a merge patch sets members and removes those that are null',
    post(201, secrets, secret('one', { data }, { labels: { x: 'y' } })),
    patch(200, one, { data: { c: 'Yw==', a: null } }),
    patch(200, one, { data: { none: null } }),
    patch(200, one, {}),
    patch(200, one, { metadata: { labels: { x: null } } }),
    patch(200, one, { metadata: { labels: null, annotations: { a: 'b' } } }),
    patch(200, one, { stringData: { text: 'plain' } }),
    patch(200, one, { data: null }),
    patch(422, one, { type: 'other' }),
    patch(200, one, { type: null }),
    patch(400, one, { metadata: { name: 'two' } }),
    patch(400, one, { metadata: { namespace: 'two' } }),
    patch(200, one, { unknown: 'member' }),
    patch(422, `${one}?fieldValidation=Strict`, { unknown: 'member' }),
    patch(422, one, { data: 'x' }),
    patch(422, one, { data: { 'a b': '' } }),
    patch(400, one, '{'),
    patch(400, one, deep),
    patch(400, one, '[]'),
    patch(400, one, '"x"'),
    patch(400, one, 'null'),
    patch(404, `${secrets}/none`, {}),
  ),
  scenario(
    'a patch with a resourceVersion needs that version',
    post(201, secrets, secret('one', { data }), { save: 'first' }),
    patch(200, one, version('{first.metadata.resourceVersion}', { a: '' })),
    patch(409, one, version('{first.metadata.resourceVersion}', { a: 'Yg==' })),
    patch(409, one, version('1', { a: 'Yg==' }), strategicPatch),
    patch(200, one, version('', { b: '' }), strategicPatch),
    patch(500, one, version('x', { b: 'YQ==' })),
    patch(422, one, { metadata: { uid: '11111111-1111-1111-1111-111111111111' } }),
    ops(409, { op: 'replace', path: '/metadata/resourceVersion', value: '1' }),
    ops(
      422,
      { op: 'test', path: '/metadata/resourceVersion', value: '{first.metadata.resourceVersion}' },
      { op: 'add', path: '/data/x', value: '' },
    ),
    get(200, one),
  ),
  scenario(
    'the media type of a patch must be one of four',
    post(201, secrets, secret('one', { data })),
    patch(415, one, {}, 'application/json'),
    patch(415, one, {}, 'text/plain'),
    patch(200, one, { data: { c: '' } }, `${mergePatch}; charset=utf-8`),
    patch(200, one, { data: { d: '' } }, strategicPatch),
    patch(200, `${one}?dryRun=All`, { data: { dry: '' } }),
    patch(422, `${one}?force=true`, { data: { dry: '' } }),
    patch(200, `${one}?fieldManager=me`, { data: { managed: '' } }),
    patch(405, secrets, {}),
    get(200, one),
  ),
  scenario(
    'an immutable Secret cannot be patched',
    post(201, secrets, secret('one', { data, immutable: true })),
    patch(422, one, { data: { a: '' } }),
    patch(422, one, { immutable: null }),
    patch(422, one, { stringData: { x: 'y' } }),
    patch(200, one, { metadata: { labels: { a: 'b' } } }),
    patch(200, one, { data: { a: 'YQ==' } }),
  ),
  scenario(
    'a strategic patch merges maps and lists of primitives',
    post(201, secrets, secret('one', { data }, { finalizers: ['a.example/1', 'a.example/2'] })),
    patch(200, one, { data: { c: '', a: null } }, strategicPatch),
    patch(200, one, { data: { $patch: 'replace', z: '' } }, strategicPatch),
    patch(200, one, { metadata: { finalizers: ['a.example/3'] } }, strategicPatch),
    patch(
      200,
      one,
      { metadata: { '$deleteFromPrimitiveList/finalizers': ['a.example/1'] } },
      strategicPatch,
    ),
    patch(
      200,
      one,
      { metadata: { '$setElementOrder/finalizers': ['a.example/3', 'a.example/2'] } },
      strategicPatch,
    ),
    patch(200, one, { data: { $patch: 'delete' } }, strategicPatch),
    patch(400, one, { $retainKeys: ['data'], data: { only: '' } }, strategicPatch),
    patch(400, one, '[', strategicPatch),
    patch(400, one, deep, strategicPatch),
    patch(400, one, '[]', strategicPatch),
    patch(200, one, { data: { $patch: 'nonsense' } }, strategicPatch),
    patch(200, one, { metadata: { finalizers: null } }, strategicPatch),
    post(201, configmaps, configMap('one', { a: '1', b: '2' })),
    patch(200, `${configmaps}/one`, { data: { a: null, c: '3' } }, strategicPatch),
    patch(422, `${configmaps}/one`, { data: { a: 5 } }, strategicPatch),
  ),
  scenario(
    'a strategic patch of a Deployment merges containers by name',
    post(201, deployments, deployment('web')),
    patch(200, web, containers({ name: 'main', image: 'registry.example/app:2' }), strategicPatch),
    patch(200, web, containers({ name: 'side', image: 'registry.example/side:1' }), strategicPatch),
    patch(
      200,
      web,
      environment({ name: 'A', value: '1' }, { name: 'B', value: '2' }),
      strategicPatch,
    ),
    patch(200, web, environment({ name: 'A', $patch: 'delete' }), strategicPatch),
    patch(
      200,
      web,
      environment({ name: 'B', value: null, valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }),
      strategicPatch,
    ),
    patch(
      200,
      web,
      template({
        containers: [{ name: 'main', ports: [{ containerPort: 80 }, { containerPort: 443 }] }],
      }),
      strategicPatch,
    ),
    patch(200, web, containers({ name: 'side', $patch: 'delete' }), strategicPatch),
    patch(
      200,
      web,
      template({
        $patch: 'replace',
        containers: [{ name: 'other', image: 'registry.example/other:1' }],
      }),
      strategicPatch,
    ),
    patch(500, web, containers({ image: 'registry.example/x:1' }), strategicPatch),
    patch(
      200,
      web,
      { spec: { strategy: { type: 'Recreate', rollingUpdate: null } } },
      strategicPatch,
    ),
    patch(200, web, { spec: { replicas: 3 } }),
    patch(422, `${web}?dryRun=All`, { spec: { template: { spec: { containers: [] } } } }),
    get(200, web),
  ),
];

function version(resourceVersion: string, changed: Record<string, string>): unknown {
  return { metadata: { resourceVersion }, data: changed };
}

function template(spec: Record<string, unknown>): unknown {
  return { spec: { template: { spec } } };
}

function containers(...list: readonly Record<string, unknown>[]): unknown {
  return template({ containers: list });
}

function environment(...env: readonly Record<string, unknown>[]): unknown {
  return containers({ name: 'main', env });
}
