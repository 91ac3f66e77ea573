import { describe, expect, it } from 'vitest';
import {
  excessGrants,
  type GatewayGrant,
  type GrantedRule,
} from '../../../../src/access/domain/gateway-grants.js';
import type {
  RightsProfile,
  RightsSetup,
} from '../../../../src/access/domain/gateway-right-questions.js';

const setup: RightsSetup = {
  access: 'impersonate',
  scope: 'served',
  gatewayNamespace: 'sallyport',
  broker: 'sallyport-broker',
  namespaces: ['pay'],
  resources: [],
};
const rule = (verbs: readonly string[], group: string, resources: readonly string[]) => ({
  ...{ verbs, apiGroups: [group], resources, resourceNames: [], nonResourceURLs: [] },
});
const bound = (rules: readonly GrantedRule[], namespace = 'pay'): GatewayGrant => ({
  ...{ binding: 'RoleBinding "x"', namespace, rules },
});
const found = (rules: readonly GrantedRule[], profile: RightsProfile = 'constrained') =>
  excessGrants(setup, profile, [bound(rules)]).exposed;

const acting = rule(['impersonate-on:user-info:get'], '', ['secrets']);
const older = rule(['impersonate'], '', ['serviceaccounts']);

describe('grants of RBAC to the gateway', () => {
  it('fit where they are of its profile', () => {
    expect(found([acting])).toEqual([]);
    expect(found([older], 'legacy')).toEqual([]);
    expect(found([rule(['get', 'list'], '', ['namespaces'])])).toEqual([]);
  });

  it('are too much where they are of the other one, or of any in passthrough', () => {
    expect(found([older])).toEqual([expect.stringContaining('impersonate serviceaccounts')]);
    expect(found([acting], 'legacy')).toHaveLength(1);
    for (const one of [acting, older]) expect(found([one], 'passthrough')).toHaveLength(1);
    expect(found([older], 'both')).toHaveLength(1);
    expect(found([older], 'none')).toHaveLength(1);
  });

  it('are told by binding, place and first right, once for each binding', () => {
    const rules = [
      acting,
      rule(['create', 'get'], '', ['pods', 'secrets']),
      rule(['create'], '', ['pods']),
      rule(['*'], 'apps', ['deployments']),
    ];
    expect(found(rules)).toEqual([
      'RoleBinding "x" in pay lets the gateway create pods (and 3 more), which is more than its profile',
    ]);
    const binding = 'ClusterRoleBinding "y"';
    const nodes = rule(['impersonate:arbitrary-node'], 'authentication.k8s.io', ['nodes']);
    const [sentence] = excessGrants(setup, 'constrained', [
      { binding, namespace: '', rules: [nodes] },
    ]).excess;
    expect(sentence).toMatch(/^Clust.*"y" lets the gateway impersonate:arbitrary-node nodes\.auth/);
  });

  it('stop the gateway where its operator bound them, and are told where others may have', () => {
    const told = (namespace: string, access: RightsSetup['access'] = 'impersonate') =>
      excessGrants({ ...setup, access }, 'constrained', [bound([older], namespace)]);
    for (const namespace of ['', 'sallyport', 'kube-system', 'kube-public']) {
      expect(told(namespace)).toMatchObject({ excess: [expect.anything()], exposed: [] });
    }
    expect(told('other')).toMatchObject({ excess: [], exposed: [expect.anything()] });
    expect(told('other', 'passthrough')).toMatchObject({ excess: [expect.anything()] });
  });

  it('are also those on paths that are no resources', () => {
    const paths = { ...rule(['impersonate-on:user-info:get'], '', []), nonResourceURLs: ['/api'] };
    expect(found([paths])).toEqual([expect.stringContaining('impersonate-on:user-info:get /api')]);
  });
});
