import {
  apply,
  del,
  get,
  jsonPatch,
  mergePatch,
  patch,
  post,
  put,
  scenario,
  strategicPatch,
} from '../scenario.js';
import { tableType, type Scenario, type Step } from '../scenario.js';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const group = '{ns}.example.com';
const widgets = `/apis/${group}/v1/namespaces/{ns}/widgets`;
const one = `${widgets}/one`;

const schema = {
  type: 'object',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      properties: {
        size: { type: 'integer', minimum: 1, maximum: 10 },
        colour: { type: 'string', enum: ['red', 'blue'], default: 'red' },
        name: { type: 'string', pattern: '^[a-z]+$', maxLength: 5 },
        replicas: { type: 'integer', default: 1 },
        tags: { type: 'array', items: { type: 'string' }, maxItems: 2 },
        parts: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['id'],
          items: {
            type: 'object',
            required: ['id'],
            properties: { id: { type: 'string' }, weight: { type: 'number' } },
          },
        },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        either: { 'x-kubernetes-int-or-string': true },
        when: { type: 'string', format: 'date-time' },
        maybe: { type: 'string', nullable: true },
        limits: { type: 'object', additionalProperties: { type: 'integer' } },
      },
    },
    status: {
      type: 'object',
      properties: { replicas: { type: 'integer' }, phase: { type: 'string' } },
    },
  },
};

function definition(version: Record<string, unknown> = {}, spec: Record<string, unknown> = {}) {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `widgets.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'widgets', singular: 'widget', kind: 'Widget', shortNames: ['{ns}w'] },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: schema },
          ...version,
        },
      ],
      ...spec,
    },
  };
}

function widget(name: string, spec: unknown, members: Record<string, unknown> = {}) {
  return { apiVersion: `${group}/v1`, kind: 'Widget', metadata: { name }, spec, ...members };
}

const subresources = {
  status: {},
  scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
};
const additionalPrinterColumns = [
  { name: 'Size', type: 'integer', jsonPath: '.spec.size', description: 'how big' },
  { name: 'Tag', type: 'string', jsonPath: '.spec.tags[0]', priority: 1 },
  { name: 'Parts', type: 'string', jsonPath: '.spec.parts[*].id' },
  { name: 'None', type: 'string', jsonPath: '.spec.none' },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
];

/** Makes the definition and waits until its resources are served. */
function defined(version: Record<string, unknown> = {}): readonly Step[] {
  return [
    post(201, definitions, definition(version), { isOpaque: true }),
    {
      ...get(200, `/apis/${group}/v1`),
      untilStatus: 200,
    },
    { ...get(200, widgets), untilStatus: 200 },
  ];
}

export const customResourceScenarios: readonly Scenario[] = [
  scenario(
    'a definition is completed, accepted and established',
    post(201, definitions, definition({ subresources, additionalPrinterColumns })),
    { ...get(200, `/apis/${group}/v1`), untilStatus: 200 },
    { ...get(200, widgets), untilStatus: 200 },
    get(200, `${definitions}/widgets.${group}`),
    get(200, `/apis/${group}`),
    post(409, definitions, definition()),
    patch(200, `${definitions}/widgets.${group}`, { metadata: { labels: { a: 'b' } } }),
    patch(422, `${definitions}/widgets.${group}`, { spec: { scope: 'Cluster' } }),
    patch(422, `${definitions}/widgets.${group}`, { spec: { group: 'other.example.com' } }),
  ),
  scenario(
    'definitions that are wrong are refused',
    post(422, definitions, { ...definition(), metadata: { name: 'other.example.com' } }),
    post(422, definitions, definition({ schema: undefined })),
    post(422, definitions, definition({ storage: false })),
    post(422, definitions, definition({ schema: { openAPIV3Schema: { type: 'string' } } })),
    post(422, definitions, definition({}, { scope: 'Sometimes' })),
    post(422, definitions, definition({}, { versions: [] })),
    post(422, definitions, definition({}, { group: '' })),
    post(422, definitions, definition({ subresources: { scale: {} } })),
    post(422, definitions, definition({ additionalPrinterColumns: [{ name: 'x' }] })),
  ),
  scenario(
    'custom objects are checked, completed and pruned',
    ...defined(),
    post(201, widgets, widget('one', { size: 3 })),
    post(
      201,
      widgets,
      widget('two', { size: 3, unknown: 1, free: { any: { thing: 1 } } }, { extra: 1 }),
    ),
    post(400, `${widgets}?fieldValidation=Strict`, widget('three', { size: 3, unknown: 1 })),
    post(422, widgets, widget('bad', {})),
    post(422, widgets, widget('bad', undefined)),
    post(422, widgets, widget('bad', { size: 0 })),
    post(422, widgets, widget('bad', { size: 11 })),
    post(422, widgets, widget('bad', { size: '3' })),
    post(422, widgets, widget('bad', { size: 1.5 })),
    post(422, widgets, widget('bad', { size: 3, colour: 'green' })),
    post(422, widgets, widget('bad', { size: 3, name: 'UPPER' })),
    post(422, widgets, widget('bad', { size: 3, name: 'toolong' })),
    post(422, widgets, widget('bad', { size: 3, tags: ['a', 'b', 'c'] })),
    post(422, widgets, widget('bad', { size: 3, tags: [1] })),
    post(422, widgets, widget('bad', { size: 3, parts: [{ weight: 1 }] })),
    post(422, widgets, widget('bad', { size: 3, parts: [{ id: 'a' }, { id: 'a' }] })),
    post(422, widgets, widget('bad', { size: 3, either: true })),
    post(422, widgets, widget('bad', { size: 3, when: 'yesterday' })),
    post(422, widgets, widget('bad', { size: 3, limits: { a: 'x' } })),
    post(422, widgets, widget('bad', 'text')),
    post(201, widgets, widget('nulls', { size: 3, maybe: null, colour: null, name: 'abc' })),
    post(201, widgets, widget('all', { size: 3, either: '50%', when: '2026-01-01T00:00:00Z' })),
    post(422, widgets, widget('Bad', { size: 3 })),
    post(422, widgets, { ...widget('bad', { size: 3 }), kind: 'Gadget' }),
    post(400, widgets, { ...widget('bad', { size: 3 }), apiVersion: 'v1' }),
    get(200, one),
    get(404, `${widgets}/none`),
    del(200, one),
  ),
  scenario(
    'custom objects are changed as others are',
    ...defined(),
    post(201, widgets, widget('one', { size: 3, parts: [{ id: 'a' }] }), { save: 'first' }),
    put(422, one, widget('one', { size: 4 }), { message: 'metadata.resourceVersion' }),
    put(200, one, {
      ...widget('one', { size: 4 }),
      metadata: { name: 'one', resourceVersion: '{first.metadata.resourceVersion}' },
    }),
    put(409, one, {
      ...widget('one', { size: 5 }),
      metadata: { name: 'one', resourceVersion: '{first.metadata.resourceVersion}' },
    }),
    patch(200, one, { spec: { size: 5, colour: null } }, mergePatch),
    patch(200, one, [{ op: 'replace', path: '/spec/size', value: 6 }], jsonPatch),
    patch(415, one, { spec: { size: 7 } }, strategicPatch),
    patch(422, one, { spec: { size: 70 } }),
    patch(200, one, { metadata: { labels: { a: 'b' } } }),
    apply(200, one, widget('one', { size: 6, parts: [{ id: 'b', weight: 1 }] })),
    apply(409, one, widget('one', { size: 7 }), 'two'),
    apply(200, one, widget('one', { size: 6, parts: [{ id: 'c', weight: 2 }] }), 'two'),
    apply(200, one, widget('one', { size: 6 })),
    apply(201, `${widgets}/made`, widget('made', { size: 1 })),
    apply(500, one, widget('one', { size: 6, unknown: 1 })),
    get(200, `${widgets}?labelSelector=a%3Db`),
    get(200, `${widgets}?fieldSelector=metadata.name%3Done`),
    get(400, `${widgets}?fieldSelector=spec.size%3D6`),
    del(200, widgets),
    get(200, widgets),
  ),
  scenario(
    'status and scale are written apart from the rest',
    ...defined({ subresources }),
    post(201, widgets, widget('one', { size: 3 }, { status: { phase: 'Odd' } })),
    patch(200, `${one}/status`, { status: { phase: 'Ready', replicas: 1 }, spec: { size: 9 } }),
    patch(200, one, { spec: { size: 4 }, status: { phase: 'Lost' } }),
    patch(200, one, { metadata: { labels: { a: 'b' } } }),
    patch(200, `${one}/status`, { metadata: { labels: { a: 'c' } } }),
    get(200, `${one}/status`),
    get(200, `${one}/scale`),
    patch(200, `${one}/scale`, { spec: { replicas: 4 } }),
    put(200, `${one}/scale`, {
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: { name: 'one', namespace: '{ns}' },
      spec: { replicas: 5 },
    }),
    get(200, one),
    patch(422, `${one}/status`, { status: { replicas: 'x' } }),
    patch(422, `${one}/status`, { status: 'x' }),
    patch(422, `${one}/status`, { status: { replicas: 1.5 } }),
    patch(422, `${one}/status`, { status: { replicas: -1 } }),
    patch(422, one, { spec: { replicas: 'x' } }),
    patch(422, `${one}/scale`, { spec: { replicas: -1 } }),
    patch(422, `${one}/scale`, { spec: { replicas: 'x' } }),
    patch(409, `${one}/scale`, { metadata: { resourceVersion: '1' } }),
    patch(200, `${one}/scale`, [{ op: 'remove', path: '/spec' }], jsonPatch),
    get(200, one),
  ),
  scenario(
    'without subresources status is a field like others',
    ...defined(),
    post(201, widgets, widget('one', { size: 3 }, { status: { phase: 'Odd' } })),
    patch(200, one, { status: { phase: 'New' } }),
    patch(404, `${one}/status`, { status: { phase: 'New' } }),
    get(404, `${one}/scale`),
  ),
  scenario(
    'custom objects have the columns of their definition',
    ...defined({ additionalPrinterColumns }),
    post(
      201,
      widgets,
      widget('one', { size: 3, tags: ['x', 'y'], parts: [{ id: 'a' }, { id: 'b' }] }),
    ),
    post(201, widgets, widget('two', { size: 4 })),
    get(200, widgets, { headers: { accept: tableType } }),
    get(200, one, { headers: { accept: tableType } }),
  ),
  scenario(
    'custom objects go with their definition',
    ...defined(),
    post(201, widgets, widget('one', { size: 3 })),
    get(200, `/apis/${group}/v1/widgets`),
    del(200, `${definitions}/widgets.${group}`, undefined, { isOpaque: true }),
    { ...get(404, widgets), untilStatus: 404 },
    { ...get(404, `/apis/${group}/v1`), untilStatus: 404 },
    { ...get(404, `${definitions}/widgets.${group}`), untilStatus: 404 },
  ),
];
