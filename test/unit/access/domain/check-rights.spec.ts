import { describe, expect, it } from 'vitest';
import {
  type ImpersonatedRead,
  checkRights,
  type OwnRightAnswer,
  profileOf,
} from '../../../../src/access/domain/check-rights.js';
import {
  ownRightQuestions,
  type OwnRightTopic,
  type RightsSetup,
} from '../../../../src/access/domain/gateway-right-questions.js';

const setup: RightsSetup = {
  access: 'impersonate',
  scope: 'served',
  gatewayNamespace: 'sallyport',
  broker: 'sallyport-broker',
  namespaces: ['pay'],
  resources: [],
};
const constrained: readonly OwnRightTopic[] = [
  'needed',
  'becomeUsers',
  'becomeBroker',
  'actForCallers',
];
const legacy: readonly OwnRightTopic[] = ['needed', 'legacyBroker', 'legacyServiceAccounts'];

/** The answers of an API server that allows these topics. */
function answers(
  allowed: readonly OwnRightTopic[],
  of: RightsSetup = setup,
): readonly OwnRightAnswer[] {
  return ownRightQuestions(of).map((question) => ({
    ...question,
    isAllowed: allowed.includes(question.topic),
  }));
}

function judged(
  allowed: readonly OwnRightTopic[],
  reads: readonly ImpersonatedRead[] = [],
  of: RightsSetup = setup,
) {
  return checkRights(of, answers(allowed, of), { reads, grants: [], policy: undefined });
}

describe('the rights of the gateway', () => {
  it.each([
    ['constrained', constrained],
    ['legacy', legacy],
    ['legacy', [...legacy, 'legacyUsers'] as const],
  ] as const)('fit the %s profile with %j', (profile, allowed) => {
    expect(judged(allowed)).toEqual({ profile, excess: [], lacks: [], exposed: [] });
  });

  it.each([
    ['ownSecrets', /own account may get secrets in kube-system: a request that lost/],
    ['ownCredentials', /own account may create serviceaccounts.token in sallyport: a request/],
    ['legacyUsers', /may impersonate users, which is more/],
    ['legacyUsers', /may impersonate groups "system:masters", which is more/],
    ['legacyServiceAccounts', /may impersonate serviceaccounts in pay, which is more/],
    ['beyondSecrets', /may impersonate:arbitrary-node nodes.authentication.k8s.io, which/],
    ['beyondSecrets', /may impersonate-on:user-info:get pods in pay, which is more/],
    ['outOfScope', /may impersonate-on:user-info:get secrets in kube-system, which is more/],
  ] as const)('are too many for the constrained profile with %s: %s', (topic, sentence) => {
    const { profile, excess, lacks } = judged([...constrained, topic]);
    expect(lacks).toEqual([]);
    expect(profile).toBe('constrained');
    expect(excess).toContainEqual(expect.stringMatching(sentence));
  });

  it.each([
    ['needed', 'the gateway may not create tokenreviews.authentication.k8s.io'],
    ['becomeUsers', 'the gateway may not impersonate:user-info users.authentication.k8s.io'],
    ['becomeBroker', 'the gateway may not impersonate:serviceaccount serviceaccounts'],
    ['actForCallers', 'the gateway may not impersonate-on:user-info:get secrets in pay'],
  ] as const)('are too few for it without %s', (topic, sentence) => {
    const { lacks } = judged(constrained.filter((held) => held !== topic));
    expect(lacks).toContainEqual(expect.stringContaining(sentence));
  });

  it('are a problem where both profiles are in force, and where none is', () => {
    expect(judged([...constrained, ...legacy]).excess[0]).toContain('are both in force');
    expect(judged(['needed'])).toEqual({
      profile: 'none',
      excess: [],
      lacks: [expect.stringContaining('no profile of deploy/rbac is in force')],
      exposed: [],
    });
  });

  it('reach too far for the legacy profile where it is by namespace', () => {
    expect(judged([...legacy, 'outOfScope']).excess).toContainEqual(
      expect.stringContaining('may impersonate serviceaccounts in kube-system'),
    );
  });

  it('hold nothing of either profile in passthrough', () => {
    const passthrough: RightsSetup = { ...setup, access: 'passthrough', namespaces: [] };
    expect(judged(['needed'], [], passthrough)).toEqual({
      profile: 'passthrough',
      excess: [],
      lacks: [],
      exposed: [],
    });
    for (const [topic, sentence] of [
      ['ownSecrets', 'own account may get secrets'],
      ['becomeUsers', 'may impersonate:user-info users'],
      ['becomeBroker', 'may impersonate:serviceaccount serviceaccounts'],
      ['legacyUsers', 'may impersonate groups "system:masters"'],
      ['legacyBroker', 'may impersonate serviceaccounts'],
      ['beyondSecrets', 'may impersonate:associated-node nodes'],
      ['outOfScope', 'may impersonate serviceaccounts in kube-system'],
    ] as const) {
      const { excess } = judged(['needed', topic], [], passthrough);
      expect(excess).toContainEqual(expect.stringContaining(sentence));
    }
  });

  it.each([
    ['caller', 'refused', 'does not let the gateway read a Secret as a caller in pay'],
    ['broker', 'refused', 'does not let the gateway read a Secret as the broker in pay'],
    ['broker', 'denied', 'the broker may not read Secrets in pay, which is served by name'],
  ] as const)('do not hold where a read as the %s is %s', (as, outcome, sentence) => {
    const { lacks } = judged(constrained, [{ as, namespace: 'pay', outcome }]);
    expect(lacks).toEqual([expect.stringContaining(sentence)]);
  });

  it('are too many where a binding grants more than the questions show', () => {
    const rule = { apiGroups: [''], resources: ['pods'], resourceNames: [], nonResourceURLs: [] };
    const verbs = ['impersonate-on:user-info:create'];
    const grants = [
      { binding: 'RoleBinding "x"', namespace: 'other', rules: [{ ...rule, verbs }] },
    ];
    const { excess, exposed } = checkRights(setup, answers(constrained), {
      ...{ reads: [], grants, policy: undefined },
    });
    expect(excess).toEqual([]);
    expect(exposed).toEqual([expect.stringContaining('RoleBinding "x" in other lets the gateway')]);
  });

  it('are too few where roles and bindings may not be read', () => {
    const { lacks } = checkRights(setup, answers(constrained), {
      ...{ reads: [], grants: undefined, policy: undefined },
    });
    expect(lacks).toEqual([expect.stringContaining('may not read roles and bindings')]);
  });

  it('are not enough without the policy that refuses token Secrets', () => {
    const policy = { policy: undefined, binding: undefined };
    const { lacks } = checkRights(setup, answers(constrained), { reads: [], grants: [], policy });
    expect(lacks).toEqual([expect.stringContaining('sallyport-token-secrets is not there')]);
  });

  it('hold where the reads work', () => {
    const reads = [{ as: 'caller', namespace: 'pay', outcome: 'works' }] as const;
    expect(judged(constrained, reads).lacks).toEqual([]);
  });

  it.each(['impersonate', 'passthrough'] as const)(
    'of a cluster-admin are one problem, which says what to use: %s',
    (access) => {
      const all = ownRightQuestions(setup).map(({ topic }) => topic);
      expect(judged(all, [], { ...setup, access })).toEqual({
        profile: 'cluster-admin',
        excess: [
          "the gateway's own credential is cluster-admin: use a token of ServiceAccount sallyport " +
            'in namespace sallyport, as README.md says under "Connect to a cluster"',
        ],
        lacks: [],
        exposed: [],
      });
    },
  );

  it('are more than the profile where it is not known what RBAC grants', () => {
    const unchecked = '501 roles are bound to the gateway';
    const findings = { reads: [], grants: { unchecked }, policy: undefined };
    const found = checkRights(setup, answers(constrained), findings);
    expect(found).toMatchObject({ excess: [unchecked], lacks: [], exposed: [], unchecked });
  });

  it('show their profile by whom it lets the gateway become', () => {
    expect(profileOf(answers(['becomeUsers']))).toBe('constrained');
    expect(profileOf(answers(['legacyBroker']))).toBe('legacy');
    expect(profileOf(answers(['legacyBroker', 'becomeBroker']))).toBe('both');
    expect(profileOf(answers(['legacyUsers']))).toBe('none');
  });
});
