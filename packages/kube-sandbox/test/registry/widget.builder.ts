import type { JsonObject, KubeObject } from '../../src/model/kube-object.js';
import { prepared } from './registry.builder.js';

const replicas = { type: 'integer', minimum: 0 };

/** One version of the definition of widgets, with both subresources. */
export function widgetVersion(name = 'v1'): JsonObject {
  return {
    name,
    served: true,
    storage: name === 'v1',
    schema: {
      openAPIV3Schema: {
        type: 'object',
        properties: {
          spec: {
            type: 'object',
            properties: { replicas: { ...replicas, default: 1 }, color: { type: 'string' } },
          },
          status: {
            type: 'object',
            properties: { replicas, selector: { type: 'string' } },
          },
        },
      },
    },
    selectableFields: [{ jsonPath: '.spec.color' }],
    subresources: {
      status: {},
      scale: {
        specReplicasPath: '.spec.replicas',
        statusReplicasPath: '.status.replicas',
        labelSelectorPath: '.status.selector',
      },
    },
  };
}

export function widgetSpec(...versions: JsonObject[]): JsonObject {
  return {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget', shortNames: ['wd'], categories: ['all'] },
    versions: versions.length === 0 ? [widgetVersion()] : versions,
  };
}

/** The definition of widgets as it is stored. */
export function widgets(...versions: JsonObject[]): KubeObject {
  const content = { metadata: { name: 'widgets.example.com' }, spec: widgetSpec(...versions) };
  return prepared('customresourcedefinitions', content);
}
