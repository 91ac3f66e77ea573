import type { JsonObject, KubeObject } from '../model/kube-object.js';
import type { ResourceDefinition, Subresource } from '../model/resource-definition.js';
import type { SchemaNode } from '../model/schema-node.js';
import { objectAt, objectsAt, textAt, textsAt, valueAt } from '../table/columns/object-fields.js';
import type { AdmissionPlugin } from '../admission/admission-plugin.js';
import { pluginStrategy } from '../admission/plugin-strategy.js';
import { columnsOf } from '../table/custom-resource-columns.js';
import { customResourceStrategy } from './kinds/custom-resource.js';
import { pathNames, type ScalePaths } from './scale-paths.js';

const verbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];

/**
 * Returns the resources of a CustomResourceDefinition, one for each served version.
 * https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/custom-resources/
 */
export function customResources(
  definition: KubeObject,
  plugins: readonly AdmissionPlugin[] = [],
): readonly ResourceDefinition[] {
  if (!isEstablished(definition) || definition.metadata.deletionTimestamp !== undefined) return [];
  const served = objectsAt(definition, 'spec', 'versions').filter((it) => it['served'] === true);
  return served.map((version) => customResource(definition, version, plugins));
}

function customResource(
  definition: KubeObject,
  version: JsonObject,
  plugins: readonly AdmissionPlugin[],
): ResourceDefinition {
  const spec = objectAt(definition, 'spec') ?? {};
  const names = objectAt(spec, 'names') ?? {};
  const schema = objectAt(version, 'schema', 'openAPIV3Schema') as SchemaNode | undefined;
  const scalePaths = scalePathsOfVersion(version);
  const hasStatus = objectAt(version, 'subresources', 'status') !== undefined;
  const subresources: Subresource[] = hasStatus ? ['status'] : [];
  if (scalePaths !== undefined) subresources.push('scale');
  const group = textAt(spec, 'group');
  const resource = textAt(names, 'plural');
  const strategy = customResourceStrategy({ schema, hasStatus, scalePaths });
  const plugin = plugins.find((it) => it.group === group && it.resource === resource);
  return {
    group,
    version: textAt(version, 'name'),
    resource,
    singular: textAt(names, 'singular'),
    kind: textAt(names, 'kind'),
    listKind: textAt(names, 'listKind'),
    isNamespaced: textAt(spec, 'scope') === 'Namespaced',
    verbs,
    shortNames: textsAt(names, 'shortNames'),
    categories: textsAt(names, 'categories'),
    subresources,
    strategy: plugin === undefined ? strategy : pluginStrategy(strategy, plugin),
    columns: columnsOf(version),
    schema,
    selectableFields: selectableFieldsOf(version),
    isCustom: true,
    ...(scalePaths && { scalePaths }),
  };
}

function isEstablished(definition: KubeObject): boolean {
  return objectsAt(definition, 'status', 'conditions').some((condition) => {
    return condition['type'] === 'Established' && condition['status'] === 'True';
  });
}

function scalePathsOfVersion(version: JsonObject): ScalePaths | undefined {
  const scale = objectAt(version, 'subresources', 'scale');
  if (scale === undefined) return undefined;
  const selector = textAt(scale, 'labelSelectorPath');
  return {
    spec: pathNames(textAt(scale, 'specReplicasPath')),
    status: pathNames(textAt(scale, 'statusReplicasPath')),
    selector: selector === '' ? undefined : pathNames(selector),
  };
}

function selectableFieldsOf(version: JsonObject) {
  const fields = objectsAt(version, 'selectableFields').map((it) => {
    const path = pathNames(textAt(it, 'jsonPath'));
    return { name: path.join('.'), path };
  });
  return (object: KubeObject): Readonly<Record<string, string>> => {
    return Object.fromEntries(
      fields.map(({ name, path }) => [name, shown(valueAt(object, ...path))]),
    );
  };
}

function shown(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';
}
