import { describe, expect, it } from 'vitest';
import type { JsonObject, KubeObject } from '../../src/model/kube-object.js';
import type { ResourceDefinition } from '../../src/model/resource-definition.js';
import { customResources } from '../../src/registry/custom-resources.js';
import { context } from './registry.builder.js';
import { widgets, widgetVersion } from './widget.builder.js';

function onlyVersion(version = widgetVersion()): ResourceDefinition {
  const [definition] = customResources(widgets(version));
  if (definition === undefined) throw new Error('nothing is served');
  return definition;
}

const widget = (content: JsonObject = {}): KubeObject => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name: 'w', namespace: 'pay' },
  ...content,
});

/* What kube-apiserver 1.37.2 answered to the same bodies. */
describe('custom resources', () => {
  const definition = onlyVersion();
  const { strategy } = definition;

  it('are pruned and completed by their schema, and created without a status', () => {
    const object = widget({ spec: { color: 'red', x: 1 }, status: { replicas: 3 }, y: 2 });
    strategy.prepareForCreate?.(object, context);
    expect(object).toEqual(widget({ spec: { color: 'red', replicas: 1 } }));
  });

  it('keep their status on update, where it is a subresource', () => {
    const old = widget({ spec: {}, status: { replicas: 3 } });
    const object = widget({ spec: {}, status: { replicas: 9 } });
    strategy.prepareForUpdate?.(object, old, context);
    expect(object['status']).toEqual({ replicas: 3 });
    const without = widget({ status: { replicas: 9 } });
    strategy.prepareForUpdate?.(without, widget(), context);
    expect(without).toEqual(widget());
  });

  it('set their status like any member, where it is none', () => {
    const plain = onlyVersion({ ...widgetVersion(), subresources: {} });
    expect(plain.subresources).toEqual([]);
    const object = widget({ status: { replicas: 3 } });
    plain.strategy.prepareForCreate?.(object, context);
    expect(object['status']).toEqual({ replicas: 3 });
  });

  it('are checked by their schema and for replicas that can be', () => {
    const causes = strategy.validate?.(widget({ spec: { color: 1 } })) ?? [];
    expect(causes.map(({ field }) => field)).toEqual(['spec.color']);
    const many = strategy.validate?.(widget({ status: { replicas: 2 ** 31 } })) ?? [];
    expect(many.map(({ field, message }) => `${field}: ${message}`)).toEqual([
      '.status.replicas: Invalid value: 2147483648: should be less than or equal to 2147483647',
    ]);
  });

  it('can be selected by the fields of their version', () => {
    expect(definition.selectableFields?.(widget({ spec: { color: 'red' } }))).toEqual({
      'spec.color': 'red',
    });
    expect(definition.selectableFields?.(widget())).toEqual({ 'spec.color': '' });
  });

  it('warn of finalizers without a domain', () => {
    const object = widget();
    object.metadata.finalizers = ['foo', 'a.b', 'a.b/c'];
    const advice = 'prefer a domain-qualified finalizer name';
    const reason = 'to avoid accidental conflicts with other finalizer writers';
    expect(strategy.warnings?.(object)).toEqual([
      `metadata.finalizers: "a.b": ${advice} including a path (/) ${reason}`,
      `metadata.finalizers: "foo": ${advice} ${reason}`,
    ]);
  });
});
