import { describe, expect, it } from 'vitest';
import {
  actForCallers,
  ownRightQuestions,
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
const asked = (more: Partial<RightsSetup> = {}) =>
  ownRightQuestions({ ...setup, ...more }).map(({ topic, right }) => {
    const { verb, resource, namespace = '', name = '' } = right;
    return [topic, verb, resource, namespace, name].join(' ').trimEnd();
  });

describe('the questions about the rights of the gateway', () => {
  it('are about Secrets of its own wherever a right to them would do harm', () => {
    expect(asked()).toEqual(
      expect.arrayContaining([
        'ownSecrets get secrets kube-system',
        'ownSecrets list secrets sallyport',
        'ownSecrets patch secrets pay',
      ]),
    );
  });

  it('are about the schemas without which no Secret is written', () => {
    expect(asked()).toEqual(
      expect.arrayContaining(['needed list secretschemas', 'needed list localsecretschemas']),
    );
  });

  it('are about both profiles and whatever goes beyond Secrets', () => {
    expect(asked()).toEqual(
      expect.arrayContaining([
        'becomeUsers impersonate:user-info users',
        'becomeBroker impersonate:serviceaccount serviceaccounts sallyport sallyport-broker',
        'actForCallers impersonate-on:user-info:get secrets pay',
        'legacyBroker impersonate serviceaccounts sallyport sallyport-broker',
        'legacyUsers impersonate users',
        'legacyUsers impersonate groups  system:masters',
        'legacyServiceAccounts impersonate serviceaccounts pay',
        'beyondSecrets impersonate:arbitrary-node nodes',
        'beyondSecrets impersonate-on:user-info:get *',
        'beyondSecrets impersonate-on:user-info:get configmaps pay',
        'outOfScope impersonate-on:user-info:get secrets kube-system',
        'outOfScope impersonate serviceaccounts kube-system',
      ]),
    );
  });

  it('are not about what callers reach beside Secrets on purpose, where they do', () => {
    const verb = 'beyondSecrets impersonate-on:user-info:get';
    const byNamespace = asked({ resources: ['configmaps', 'deployments.apps'] });
    expect(byNamespace).not.toContain(`${verb} configmaps pay`);
    expect(byNamespace).toContain(`${verb} pods pay`);
    expect(byNamespace).toContain(`${verb} configmaps kube-system`);
    const cluster = asked({ resources: ['configmaps'], scope: 'cluster' });
    expect(cluster).not.toContain(`${verb} configmaps kube-system`);
  });

  it('ask for the whole cluster in its scope, where nothing is out of it', () => {
    const cluster = asked({ scope: 'cluster' });
    expect(cluster).toContain('actForCallers impersonate-on:user-info:get secrets');
    expect(cluster.filter((question) => question.startsWith('outOfScope'))).toEqual([]);
  });

  it('are about impersonation also where the caller brings a token of his own', () => {
    for (const scope of ['served', 'cluster'] as const) {
      const passthrough = asked({ access: 'passthrough', namespaces: [], scope });
      expect(passthrough).toEqual(
        expect.arrayContaining([
          'ownSecrets get secrets kube-system',
          'ownCredentials create serviceaccounts sallyport',
          'becomeUsers impersonate:user-info users',
          'legacyUsers impersonate uids',
          'beyondSecrets impersonate:associated-node nodes  *',
          'outOfScope impersonate:serviceaccount serviceaccounts kube-system',
        ]),
      );
    }
  });

  it('can be put for one more namespace', () => {
    expect(actForCallers('team-a').right.namespace).toBe('team-a');
    expect(actForCallers().right).not.toHaveProperty('namespace');
  });
});
