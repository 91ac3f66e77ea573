import { describe, expect, it } from 'vitest';
import { isCredentialRight } from '../../../../src/access/domain/credential-rights.js';

describe('a right of the gateway itself', () => {
  it.each([
    ['get', '', 'secrets'],
    ['deletecollection', '', 'secrets'],
    ['get', '*', 'secrets'],
    ['get', '', '*'],
    ['*', '*', '*'],
    ['create', '', 'serviceaccounts/token'],
    ['create', '', '*/token'],
    ['create', '', 'pods'],
    ['patch', '', 'pods'],
    ['get', '', 'pods/exec'],
    ['create', '', 'nodes/proxy'],
    ['patch', 'apps', 'deployments'],
    ['create', 'batch', 'cronjobs'],
    ['bind', 'rbac.authorization.k8s.io', 'clusterroles'],
    ['escalate', 'rbac.authorization.k8s.io', 'roles'],
    ['create', 'rbac.authorization.k8s.io', 'rolebindings'],
    ['approve', 'certificates.k8s.io', 'signers'],
    ['update', 'certificates.k8s.io', 'certificatesigningrequests/approval'],
    ['delete', 'admissionregistration.k8s.io', 'validatingadmissionpolicybindings'],
    ['patch', 'apiregistration.k8s.io', 'apiservices'],
  ])('gets it a credential: %s on %s/%s', (verb, group, resource) => {
    expect(isCredentialRight(verb, group, resource)).toBe(true);
  });

  it.each([
    ['get', '', 'serviceaccounts'],
    ['create', '', 'serviceaccounts'],
    ['list', '', 'pods'],
    ['get', '', 'configmaps'],
    ['create', '', '*/scale'],
    ['update', 'coordination.k8s.io', 'leases'],
    ['create', 'authentication.k8s.io', 'tokenreviews'],
    ['create', 'authorization.k8s.io', 'subjectaccessreviews'],
    ['get', 'rbac.authorization.k8s.io', 'clusterroles'],
    ['get', 'admissionregistration.k8s.io', 'validatingadmissionpolicies'],
    ['create', 'certificates.k8s.io', 'certificatesigningrequests'],
    ['get', 'metrics.k8s.io', 'secrets'],
  ])('does not: %s on %s/%s', (verb, group, resource) => {
    expect(isCredentialRight(verb, group, resource)).toBe(false);
  });
});
