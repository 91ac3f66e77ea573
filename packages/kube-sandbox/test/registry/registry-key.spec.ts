import { describe, expect, it } from 'vitest';
import type { ResourceDefinition } from '../../src/model/resource-definition.js';
import { registryKey } from '../../src/registry/registry-key.js';

describe('the key of an object in etcd', () => {
  it.each([
    ['', 'secrets', false, 'pay', '/registry/secrets/pay/a'],
    ['', 'namespaces', false, '', '/registry/namespaces/a'],
    ['rbac.authorization.k8s.io', 'roles', false, 'pay', '/registry/roles/pay/a'],
    [
      'apiextensions.k8s.io',
      'customresourcedefinitions',
      false,
      '',
      '/registry/apiextensions.k8s.io/customresourcedefinitions/a',
    ],
    ['example.com', 'turns', true, 'pay', '/registry/example.com/turns/pay/a'],
  ])('of %s/%s (custom: %s) in namespace "%s" is %s', (...row) => {
    const [group, resource, isCustom, namespace, key] = row;
    const definition = { group, resource, isCustom } as ResourceDefinition;
    expect(registryKey(definition, { resource, namespace, name: 'a' })).toBe(key);
  });
});
