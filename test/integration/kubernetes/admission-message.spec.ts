import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SecretsWorld } from '../../support/secrets-world.js';

// Not among the suites that run on the sandbox too: it stores admission policies only.
let world: SecretsWorld<'writer'>;

beforeAll(async () => {
  world = await SecretsWorld.start('judged', ['writer']);
});

afterAll(() => world?.stop());

describe('an admission policy that quotes the object', () => {
  it('gets its name into the answer, and nothing else', async () => {
    const group = 'admissionregistration.k8s.io/v1';
    const policy = {
      apiVersion: group,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'talkative' },
      spec: {
        matchConstraints: {
          resourceRules: [
            {
              apiGroups: [''],
              apiVersions: ['v1'],
              operations: ['UPDATE'],
              resources: ['secrets'],
            },
          ],
        },
        validations: [
          {
            expression: "object.metadata.name != 'judged'",
            messageExpression: "'password is ' + string(object.data['password'])",
            reason: 'Forbidden',
          },
        ],
      },
    };
    const binding = {
      apiVersion: group,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: 'talkative' },
      spec: { policyName: 'talkative', validationActions: ['Deny'] },
    };
    await world.seed('judged', { stringData: { password: 'canary-value' } });
    await world.installation.cluster.apply(JSON.stringify(policy));
    await world.installation.cluster.apply(JSON.stringify(binding));
    const patched = () =>
      world.as('writer').put(`${world.at('judged')}/keys/other`, 'value-of-other');
    let answer = await patched();
    for (let tries = 0; answer.status !== 403 && tries < 50; tries += 1) {
      await wait(100);
      answer = await patched();
    }
    expect(answer.status).toBe(403);
    expect(answer.body.detail).toContain('talkative');
    expect(answer.text).not.toContain('password is');
    await world.installation.cluster.kubectl(['delete', 'validatingadmissionpolicy', 'talkative']);
  });
});
