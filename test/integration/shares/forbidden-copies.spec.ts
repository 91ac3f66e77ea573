import { afterAll, beforeAll, expect, it } from 'vitest';
import { SharingWorld } from '../../e2e/shares/sharing-world.js';
import { eventually } from '../../support/tokens-world.js';

const group = 'admissionregistration.k8s.io';
const policies = `/apis/${group}/v1/validatingadmissionpolicies`;
const bindings = `/apis/${group}/v1/validatingadmissionpolicybindings`;
const metadata = { name: 'no-copy' };
const refused = 'refused-by-policy';

let world: SharingWorld;

beforeAll(async () => {
  world = await SharingWorld.start();
  const { cluster } = world.installation;
  await cluster.request('POST', policies, {
    apiVersion: `${group}/v1`,
    kind: 'ValidatingAdmissionPolicy',
    metadata,
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['*'], resources: ['secrets'] },
        ],
      },
      validations: [{ expression: `object.metadata.name != '${refused}'`, reason: 'Forbidden' }],
    },
  });
  await cluster.request('POST', bindings, {
    apiVersion: `${group}/v1`,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata,
    spec: { policyName: metadata.name, validationActions: ['Deny'] },
  });
  await eventually(refusesCreation);
  // An API server that has just got the definitions may not take objects of theirs yet.
  await eventually(async () => void (await world.copy()));
});
afterAll(() => world?.stop());

/** A policy is in force some time after it was stored. */
async function refusesCreation(): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name: refused } };
  const path = '/api/v1/namespaces/shop/secrets?dryRun=All';
  const { status } = await world.installation.cluster.request('POST', path, body);
  if (status !== 403) throw new Error(`a Secret was created: ${status}`);
}

async function stands(name: string, state: string, reason: string): Promise<void> {
  await eventually(async () => {
    expect(await world.statusOf(name)).toMatchObject({ state, conditions: [{ reason }] });
  });
}

it('a copy that the cluster forbids says so, and is delivered once it is allowed', async () => {
  const name = await world.copy({}, { target: { secretName: refused } });
  await stands(name, 'Conflict', 'TargetForbidden');
  expect(await world.stored(refused)).toBeUndefined();
  await world.installation.cluster.request('DELETE', `${bindings}/${metadata.name}`);
  await stands(name, 'Ready', 'Delivered');
}, 60_000);
