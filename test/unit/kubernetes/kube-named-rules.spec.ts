import { expect, it, vi } from 'vitest';
import { accessLimits } from '../../../src/core/access-limits.js';
import { KubeNamedRules } from '../../../src/kubernetes/kube-named-rules.js';
import type { SelfKubeClient } from '../../../src/kubernetes/self-kube.client.js';
import { callContext } from '../audit/audit-builders.js';

const { principal } = callContext();
const rule = { verbs: ['get'], apiGroups: [''], resources: ['secrets'], resourceNames: ['db'] };
const objects: Readonly<Record<string, readonly object[]>> = {
  'pay/roles': [
    {
      metadata: { name: 'reader', namespace: 'pay' },
      rules: [rule, { ...rule, resourceNames: undefined }],
    },
    { metadata: { name: 'whole', namespace: 'pay' }, rules: null },
  ],
  'pay/rolebindings': [
    {
      roleRef: { kind: 'Role', name: 'reader' },
      subjects: [{ kind: 'User', name: principal.username }],
    },
    { roleRef: { kind: 'Role', name: 'whole' } },
  ],
};

function world() {
  let nowMs = 0;
  const listRbac = vi.fn((resource: string, namespace: string, map: (json: unknown) => unknown) =>
    Promise.resolve((objects[`${namespace}/${resource}`] ?? []).map(map)),
  );
  // Generic in what `map` makes of an object.
  const self = { listRbac } as unknown as Pick<SelfKubeClient, 'listRbac'>;
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
  const rules = new KubeNamedRules(self, clock);
  return { rules, listRbac, pass: (ms: number) => (nowMs += ms) };
}

it('has the rules with names of the roles that are bound to the caller', async () => {
  const { rules } = world();
  expect(await rules.of(principal, 'pay')).toEqual([rule]);
  expect(await rules.of(principal, 'shop')).toEqual([]);
});

it('reads them once for all who ask within a moment', async () => {
  const { rules, listRbac, pass } = world();
  await Promise.all([rules.of(principal, 'pay'), rules.of(principal, 'pay')]);
  expect(listRbac).toHaveBeenCalledTimes(4);
  pass(accessLimits.namedRulesCachedMs);
  await rules.of(principal, 'pay');
  expect(listRbac).toHaveBeenCalledTimes(8);
});

it('throws where they cannot be read', async () => {
  const { rules, listRbac } = world();
  listRbac.mockRejectedValue(new Error('no'));
  await expect(rules.of(principal, 'pay')).rejects.toThrow('no');
});
