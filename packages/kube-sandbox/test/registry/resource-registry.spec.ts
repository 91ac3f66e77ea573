import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../src/model/kube-object.js';
import type { Change, ObjectReader } from '../../src/model/object-reader.js';
import { builtInDefinitions } from '../../src/registry/built-in-resources.js';
import { ResourceRegistry } from '../../src/registry/resource-registry.js';
import { noSchemas } from './registry.builder.js';
import { widgets, widgetVersion } from './widget.builder.js';

const key = 'customresourcedefinitions.apiextensions.k8s.io';

/** A reader of one list of definitions, which a test changes. */
class DefinitionReader implements ObjectReader {
  readonly #listeners: ((change: Change) => void)[] = [];
  #stored: readonly KubeObject[] = [];

  get(): undefined {
    return undefined;
  }

  all(resource: string): readonly KubeObject[] {
    return resource === key ? this.#stored : [];
  }

  onChange(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  store(...stored: KubeObject[]): void {
    this.#stored = stored;
    this.announce(key);
  }

  announce(resource: string): void {
    const name = 'widgets.example.com';
    const change = { type: 'MODIFIED', resource, namespace: '', name, revision: 1 } as const;
    for (const listener of this.#listeners) listener({ ...change, object: '{}', previous: '{}' });
  }
}

function opened() {
  const reader = new DefinitionReader();
  const registry = new ResourceRegistry(builtInDefinitions(noSchemas), reader);
  return { reader, registry };
}

describe('ResourceRegistry', () => {
  it('serves what is built in', () => {
    const { registry } = opened();
    expect(registry.find('', 'v1', 'secrets')).toMatchObject({ kind: 'Secret', isCustom: false });
    expect(registry.find('apps', 'v1', 'secrets')).toBeUndefined();
    expect(registry.find('', 'v2', 'secrets')).toBeUndefined();
  });

  it('follows definitions as they come, change and go', () => {
    const { reader, registry } = opened();
    let changes = 0;
    registry.onChange(() => (changes += 1));
    reader.store(widgets());
    expect(registry.find('example.com', 'v1', 'widgets')).toMatchObject({
      kind: 'Widget',
      listKind: 'WidgetList',
      singular: 'widget',
      shortNames: ['wd'],
      categories: ['all'],
      isNamespaced: true,
      isCustom: true,
      subresources: ['status', 'scale'],
    });
    reader.store(widgets({ ...widgetVersion(), served: false }, widgetVersion('v2')));
    expect(registry.find('example.com', 'v1', 'widgets')).toBeUndefined();
    expect(registry.find('example.com', 'v2', 'widgets')).toBeDefined();
    reader.store();
    expect(registry.all().some(({ isCustom }) => isCustom)).toBe(false);
    reader.announce('secrets');
    expect(changes).toBe(3);
  });

  it('serves nothing of a definition that is being deleted or not yet established', () => {
    const { reader, registry } = opened();
    const deleted = widgets();
    deleted.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
    const { status: _, ...fresh } = widgets();
    reader.store(deleted, fresh as KubeObject);
    expect(registry.find('example.com', 'v1', 'widgets')).toBeUndefined();
  });

  it.each(['v1', 'v2'])('lets no definition replace what is built in, as %s', (version) => {
    const { reader, registry } = opened();
    const definition = widgets({ ...widgetVersion(version), storage: true });
    definition['spec'] = { ...(definition['spec'] as object), group: 'apps' };
    (definition['spec'] as { names: object }).names = { plural: 'deployments', kind: 'Mine' };
    reader.store(definition);
    expect(registry.find('apps', 'v1', 'deployments')?.kind).toBe('Deployment');
    expect(registry.find('apps', 'v2', 'deployments')).toBeUndefined();
  });

  it('takes no definition with the name of any built-in resource', () => {
    const { registry } = opened();
    const { strategy } = registry.find('apiextensions.k8s.io', 'v1', key.split('.')[0] ?? '') ?? {};
    for (const { group, resource, isCustom } of registry.all()) {
      const name = group === '' ? resource : `${resource}.${group}`;
      const spec = { group, names: { plural: resource } };
      const object: KubeObject = { apiVersion: '', kind: '', metadata: { name }, spec };
      const fields = strategy?.validateCreate?.(object).map(({ message }) => message);
      expect([isCustom, registry.isBuiltIn(name)]).toEqual([false, true]);
      expect(fields).toContain(`Invalid value: "${name}": is the name of a built-in resource`);
    }
  });
});
