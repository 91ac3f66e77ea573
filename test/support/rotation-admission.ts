import type { TestCluster } from '../cluster/test-cluster.js';
import { expect, vi } from 'vitest';
import { rotationLimits } from '../../src/core/rotation-limits.js';
import { STAMPING_POLICY } from '../../src/custom-resources/domain/stamping.js';
import { patiently } from './tokens-world.js';

const group = '/apis/admissionregistration.k8s.io/v1';

/**
 * Has admission refuse every write of a Secret, as a policy of the cluster's owner may; resolves
 * once that is in force, with what lifts it again.
 */
export async function denySecretWrites(
  cluster: TestCluster,
  path: string,
): Promise<() => Promise<void>> {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const metadata = { name: `deny-${name}` };
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const resourceRules = [
    { apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['secrets'] },
  ];
  const spec = {
    failurePolicy: 'Fail',
    matchConstraints: { resourceRules },
    matchConditions: [{ name: 'one', expression: `object.metadata.name == '${name}'` }],
    validations: [{ expression: 'false', message: 'nobody writes this Secret' }],
  };
  const binding = { policyName: metadata.name, validationActions: ['Deny'] };
  const policies = `${group}/validatingadmissionpolicies`;
  const bindings = `${group}/validatingadmissionpolicybindings`;
  const write = (plural: string, kind: string, of: object): Promise<unknown> =>
    cluster.request('POST', plural, { apiVersion, kind, metadata, spec: of });
  await write(policies, 'ValidatingAdmissionPolicy', spec);
  await write(bindings, 'ValidatingAdmissionPolicyBinding', binding);
  /** API servers lag a little behind. */
  const untilAnswered = (expected: number): Promise<void> =>
    patiently(async () => {
      const patch = { metadata: { labels: { tried: 'once' } } };
      const { status } = await cluster.request('PATCH', `${path}?dryRun=All`, patch);
      if (status !== expected) throw new Error(`a write is answered ${status}`);
    });
  await untilAnswered(422);
  return async () => {
    await cluster.request('DELETE', `${bindings}/${metadata.name}`);
    await untilAnswered(200);
  };
}

/**
 * Until stamps of authors count: what was made shortly after admission began to write them may hold
 * what anybody wrote.
 */
export async function stampsCount(cluster: TestCluster): Promise<void> {
  const path = `${group}/mutatingadmissionpolicybindings/${STAMPING_POLICY}`;
  const { body } = await cluster.request<{ metadata: { creationTimestamp: string } }>('GET', path);
  const settledMs = Date.parse(body.metadata.creationTimestamp) + rotationLimits.stampingSettlesMs;
  // Times of the cluster are whole seconds.
  const laterMs = settledMs + 1_000;
  await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(laterMs), { timeout: 30_000 });
}
