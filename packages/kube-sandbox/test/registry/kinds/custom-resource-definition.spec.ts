import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/kube-object.js';
import { bodyOf, context, definitionOf, refusals, updateRefusals } from '../registry.builder.js';
import { widgets, widgetSpec, widgetVersion } from '../widget.builder.js';

/* What kube-apiserver 1.37.2 answered to the same bodies. */
const resource = 'customresourcedefinitions';
const metadata = { name: 'widgets.example.com' };
const withSpec = (more: JsonObject): JsonObject => ({
  metadata,
  spec: { ...widgetSpec(), ...more },
});
const refused = (more: JsonObject) => refusals(resource, withSpec(more));
const withVersion = (more: JsonObject) => refused({ versions: [{ ...widgetVersion(), ...more }] });
const label1035 =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const wrongName =
  'metadata.name: Invalid value: "widgets.example.com": must be spec.names.plural+"."+spec.group';

describe('a definition', () => {
  it('is completed, and served at once', () => {
    expect(widgets()).toMatchObject({
      spec: {
        names: { singular: 'widget', listKind: 'WidgetList' },
        conversion: { strategy: 'None' },
      },
      status: {
        conditions: [
          { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts' },
          { type: 'Established', status: 'True', lastTransitionTime: context.now },
        ],
        acceptedNames: { plural: 'widgets', singular: 'widget', kind: 'Widget' },
        storedVersions: ['v1'],
      },
    });
    expect(refused({})).toEqual([]);
  });

  it('remembers every version that was stored', () => {
    const [first, second] = [widgetVersion('v1'), widgetVersion('v2')];
    const spec = widgetSpec({ ...first, storage: false }, { ...second, storage: true });
    const definition = bodyOf(resource, { metadata, spec });
    definitionOf(resource).strategy.prepareForUpdate?.(definition, widgets(), context);
    expect(definition).toMatchObject({ status: { storedVersions: ['v1', 'v2'] } });
    expect(
      updateRefusals(resource, withSpec({}), withSpec({ versions: [{ ...first, name: 'v2' }] })),
    ).toEqual([
      'status.storedVersions[0]: Invalid value: "v1": missing from spec.versions; v1 was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in v1 and removes v1 from status.storedVersions',
    ]);
  });

  it('is named after its plural and its group', () => {
    expect(refusals(resource, { ...withSpec({}), metadata: { name: 'x.y' } })).toEqual([
      wrongName.replace('widgets.example.com', 'x.y'),
    ]);
    expect(refused({ group: '' })).toEqual([wrongName, 'spec.group: Required value']);
    expect(refused({ group: 'abc' })).toEqual([
      wrongName,
      'spec.group: Invalid value: "abc": should be a domain with at least one dot',
    ]);
  });

  it('is held to its name once: later its group is immutable', () => {
    expect(updateRefusals(resource, withSpec({}), withSpec({ group: 'b.example' }))).toEqual([
      'spec.group: Invalid value: "b.example": field is immutable',
    ]);
  });

  it('has a scope, which stays', () => {
    expect(refused({ scope: '' })).toEqual(['spec.scope: Required value']);
    expect(refused({ scope: 'X' })).toEqual([
      'spec.scope: Unsupported value: "X": supported values: "Cluster", "Namespaced"',
    ]);
    expect(updateRefusals(resource, withSpec({}), withSpec({ scope: 'Cluster' }))).toEqual([
      'spec.scope: Invalid value: "Cluster": field is immutable',
    ]);
  });

  it('has names that a URL and a command line can carry', () => {
    const names = { plural: 'widgets', singular: 'Wi', kind: 'wi dget', listKind: 'WidgetList' };
    const lists = { shortNames: ['A'], categories: ['B'] };
    const mixed = 'may have mixed case, but should otherwise match';
    expect(refused({ names: { ...names, ...lists } })).toEqual([
      `spec.names.singular: Invalid value: "Wi": ${label1035}`,
      `spec.names.kind: Invalid value: "wi dget": ${mixed}: ${label1035}`,
      `spec.names.shortNames[0]: Invalid value: "A": ${label1035}`,
      `spec.names.categories[0]: Invalid value: "B": ${label1035}`,
    ]);
    expect(refused({ names: { plural: 'widgets', kind: 'A', listKind: 'A' } })).toEqual([
      'spec.names.listKind: Invalid value: "A": kind and listKind may not be the same',
    ]);
    expect(refused({ names: { plural: 'widgets' } })).toEqual(
      ['singular', 'kind', 'listKind'].map((name) => `spec.names.${name}: Required value`),
    );
  });
});

describe('versions', () => {
  it('are stored in exactly one form', () => {
    const empty = {
      Deprecated: false,
      DeprecationWarning: null,
      Schema: null,
      Subresources: null,
      AdditionalPrinterColumns: null,
      SelectableFields: null,
    };
    const shown = JSON.stringify([{ Name: 'v1', Served: true, Storage: false, ...empty }]);
    expect(withVersion({ storage: false })).toEqual([
      `spec.versions: Invalid value: ${shown}: must have exactly one version marked as storage version`,
      'status.storedVersions: Invalid value: null: must have at least one stored version',
    ]);
  });

  it('have a name, a schema and a warning only if they are deprecated', () => {
    expect(withVersion({ name: '1a' })).toEqual([
      `spec.versions[0].name: Invalid value: "1a": ${label1035}`,
      `spec.version: Invalid value: "1a": ${label1035}`,
    ]);
    expect(withVersion({ schema: {} })).toEqual([
      'spec.versions[0].schema.openAPIV3Schema: Required value',
    ]);
    expect(withVersion({ deprecationWarning: 'x' })).toEqual([
      'spec.versions[0].deprecationWarning: Invalid value: "x": can only be set for deprecated versions',
    ]);
  });

  it('have schemas with types, named by version only where versions differ', () => {
    const openAPIV3Schema = {
      type: 'object',
      properties: {
        a: { type: 'array', items: {} },
        b: { type: 'object', additionalProperties: {} },
        c: { 'x-kubernetes-int-or-string': true },
        d: { 'x-kubernetes-preserve-unknown-fields': true },
        e: {},
      },
    };
    const expected = (field: string) => [
      `${field}.properties[a].items.type: Required value: must not be empty for specified array items`,
      `${field}.properties[b].additionalProperties.type: Required value: must not be empty for specified object fields`,
      `${field}.properties[e].type: Required value: must not be empty for specified object fields`,
    ];
    const schema = { openAPIV3Schema };
    expect(withVersion({ schema })).toEqual(expected('spec.validation.openAPIV3Schema'));
    expect(refused({ versions: [widgetVersion(), { ...widgetVersion('v2'), schema }] })).toEqual(
      expected('spec.versions[1].schema.openAPIV3Schema'),
    );
  });

  it('have an object at the root', () => {
    const field = 'spec.validation.openAPIV3Schema.type';
    expect(withVersion({ schema: { openAPIV3Schema: { type: 'string' } } })).toEqual([
      `${field}: Invalid value: "string": only "object" is allowed as the type at the root of the schema if the status subresource is enabled`,
      `${field}: Invalid value: "string": must be object at the root`,
    ]);
    expect(withVersion({ schema: { openAPIV3Schema: {} } })).toEqual([
      `${field}: Required value: must not be empty at the root`,
    ]);
  });

  it('have columns that can be printed', () => {
    const columns = [{}, { name: 'a', type: 'foo', jsonPath: 'x', format: 'q' }];
    const field = 'spec.additionalPrinterColumns';
    const types = 'must be one of boolean,date,integer,number,string';
    expect(withVersion({ additionalPrinterColumns: columns })).toEqual([
      `${field}[0].name: Required value`,
      `${field}[0].type: Required value: ${types}`,
      `${field}[0].JSONPath: Required value`,
      `${field}[1].type: Invalid value: "foo": ${types}`,
      `${field}[1].format: Invalid value: "q": must be one of byte,date,date-time,double,float,int32,int64,password`,
      `${field}[1].JSONPath: Invalid value: "x": must be a simple json path starting with .`,
    ]);
  });

  it('have scales within spec and status', () => {
    const field = 'spec.subresources.scale';
    expect(withVersion({ subresources: { scale: {} } })).toEqual([
      `${field}.specReplicasPath: Required value`,
      `${field}.statusReplicasPath: Required value`,
    ]);
    const scale = {
      specReplicasPath: '.replicas',
      statusReplicasPath: 'x',
      labelSelectorPath: '.x',
    };
    expect(withVersion({ subresources: { scale } })).toEqual([
      `${field}.specReplicasPath: Invalid value: ".replicas": should be a json path under .spec`,
      `${field}.statusReplicasPath: Invalid value: "x": must be a simple json path starting with .`,
      `${field}.labelSelectorPath: Invalid value: ".x": should be a json path under either .spec or .status`,
    ]);
  });
});

it('conversion is none, or by a webhook that is named', () => {
  const field = 'spec.conversion';
  expect(refused({ conversion: { strategy: 'Foo' } })).toEqual([
    `${field}.strategy: Unsupported value: "Foo": supported values: "None", "Webhook"`,
  ]);
  expect(refused({ conversion: { strategy: 'Webhook' } })).toEqual([
    `${field}.webhookClientConfig: Required value: required when strategy is set to Webhook`,
    `${field}.conversionReviewVersions: Required value`,
  ]);
});

describe('a group of Kubernetes itself', () => {
  const name = 'widgets.x.k8s.io';
  const annotation = 'api-approved.kubernetes.io';
  const field = `metadata.annotations[${annotation}]`;
  const rule = `protected groups must have approval annotation "${annotation}"`;
  const see = 'see https://github.com/kubernetes/enhancements/pull/1111';
  const approvedBy = (value?: string): JsonObject => ({
    metadata: { name, annotations: value === undefined ? {} : { [annotation]: value } },
    spec: { ...widgetSpec(), group: 'x.k8s.io' },
  });
  const invalid = (value: string) =>
    `${field}: Invalid value: "${value}": ${rule} with either a URL or a reason starting with "unapproved", ${see}`;

  it.each(['https://github.com/kubernetes/kubernetes/pull/1', 'unapproved, as a test'])(
    'takes a definition that says %j',
    (value) => expect(refusals(resource, approvedBy(value))).toEqual([]),
  );

  it('takes no other', () => {
    expect(refusals(resource, approvedBy())).toEqual([`${field}: Required value: ${rule}, ${see}`]);
    for (const value of ['yes', 'https:', '/path', 'https://a b']) {
      expect(refusals(resource, approvedBy(value))).toEqual([invalid(value)]);
    }
    const other = { metadata: { name: 'widgets.kubernetes.io' }, spec: widgetSpec() };
    other.spec['group'] = 'kubernetes.io';
    expect(refusals(resource, other)).toHaveLength(1);
  });

  it('leaves a definition alone that stays as it is', () => {
    expect(updateRefusals(resource, approvedBy(), approvedBy())).toEqual([]);
    expect(updateRefusals(resource, approvedBy('unapproved'), approvedBy('x'))).toEqual([
      invalid('x'),
    ]);
  });
});
