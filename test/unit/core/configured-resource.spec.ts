import { describe, expect, it } from 'vitest';
import { parseConfiguredResource } from '../../../src/core/configured-resource.js';

describe('a resource that an installation lets kubectl reach', () => {
  it.each([
    ['configmaps', '', 'configmaps', ''],
    ['pods/log', '', 'pods', 'log'],
    ['deployments.apps', 'apps', 'deployments', ''],
    ['deployments.apps/scale', 'apps', 'deployments', 'scale'],
    ['ingresses.networking.k8s.io/status', 'networking.k8s.io', 'ingresses', 'status'],
    ['secrets.example.org', 'example.org', 'secrets', ''],
    ['my-things.example.org', 'example.org', 'my-things', ''],
  ])('is written as in RBAC: %s', (text, group, resource, subresource) => {
    expect(parseConfiguredResource(text)).toEqual({ group, resource, subresource });
  });

  it.each([
    '',
    '*',
    '*.*',
    'deployments.*',
    'pods/*',
    '*/scale',
    'ConfigMaps',
    'configmaps ',
    ' configmaps',
    'configmaps\n',
    'configmaps,pods',
    'apps/deployments/scale',
    'deployments.apps/',
    '.apps',
    'deployments.',
    'deployments..apps',
    '-pods',
    'pods-',
    '../pods',
    'pods/../secrets',
    'a'.repeat(64),
  ])('is one, without wildcards and in one spelling: not %j', (text) => {
    expect(parseConfiguredResource(text)).toEqual({
      problem: 'expected resource[.group][/subresource], in small letters and without *',
    });
  });

  it.each([
    'pods/exec',
    'pods/attach',
    'pods/portforward',
    'pods/proxy',
    'services/proxy',
    'nodes/proxy',
    'serviceaccounts/token',
    'things.example.org/exec',
    'tokenreviews.authentication.k8s.io',
    'subjectaccessreviews.authorization.k8s.io',
    'localsubjectaccessreviews.authorization.k8s.io',
  ])('is never a shell, a tunnel, a token or about somebody else: %s', (text) => {
    expect(parseConfiguredResource(text)).toEqual({
      problem: 'shells, tunnels, tokens and reviews of others are never let through',
    });
  });

  it.each([
    'secrets',
    'secrets/status',
    'namespaces',
    'namespaces/finalize',
    'selfsubjectreviews.authentication.k8s.io',
    'secretrotations.sallyport.dev',
    'x.sallyport.dev/status',
  ])('is none of those that are there anyway: %s', (text) => {
    expect(parseConfiguredResource(text)).toEqual({
      problem: 'is there without being named, as far as the gateway serves it',
    });
  });
});
