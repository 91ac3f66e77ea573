import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { kubectlContext } from '../../../../src/cli/kubeconfig/kubectl-context.js';

const gate = {
  clusters: [{ name: 'gate', cluster: { server: 'https://gate:8443/kubernetes' } }],
  users: [{ name: 'alice', user: { token: 't' } }],
  contexts: [{ name: 'gate', context: { cluster: 'gate', user: 'alice', namespace: 'pay' } }],
  'current-context': 'gate',
};
const plain = {
  clusters: [{ name: 'plain', cluster: { server: 'https://api:6443' } }],
  users: [{ name: 'alice', user: { token: 'other' } }],
  contexts: [
    { name: 'plain', context: { cluster: 'plain', user: 'alice' } },
    { name: 'lost', context: { cluster: 'none', user: 'alice' } },
    { name: 'nobody', context: { cluster: 'gate' } },
  ],
  'current-context': 'plain',
};
const file = (path: string, content: object) => ({ path, text: stringify(content) });
const both = [file('/a/config', gate), file('/b/config', plain)];

describe('a context of kubectl', () => {
  it('names gateway, namespace and user: the first file that defines something wins', () => {
    expect(kubectlContext(both, undefined)).toEqual({
      ...{ name: 'gate', address: 'https://gate:8443', namespace: 'pay' },
      ...{ cluster: { server: 'https://gate:8443/kubernetes' }, user: { token: 't' } },
      ...{ clusterFolder: '/a', userFolder: '/a' },
    });
    expect(kubectlContext([...both].toReversed(), 'gate')).toMatchObject({
      ...{ user: { token: 'other' }, clusterFolder: '/a', userFolder: '/b' },
    });
  });

  it('can be without a user', () => {
    expect(kubectlContext(both, 'nobody')).toMatchObject({ user: {}, userFolder: '' });
  });

  it.each([
    ['no file', []],
    ['an empty file', [{ path: '/a', text: '' }]],
    ['a file without a current context', [file('/a', { ...gate, 'current-context': '' })]],
  ])('is none: %s', (_what, texts) => {
    expect(kubectlContext(texts, undefined)).toBeUndefined();
  });

  it.each([
    ['plain', 'is for an API server, not a gateway'],
    ['lost', 'the context lost has no cluster'],
    ['none', 'the kubeconfig has no context none'],
  ])('%s is refused', (name, message) => {
    expect(() => kubectlContext(both, name)).toThrow(message);
  });

  it.each([
    ['insecure-skip-tls-verify', true],
    ['tls-server-name', 'other'],
    ['proxy-url', 'http://proxy'],
  ])('is refused with %s, which the program has not', (setting, value) => {
    const [{ name, cluster }] = gate.clusters as [(typeof gate.clusters)[number]];
    const clusters = [{ name, cluster: { ...cluster, [setting]: value } }];
    expect(() => kubectlContext([file('/a', { ...gate, clusters })], undefined)).toThrow(setting);
  });

  it.each([
    ['a: [', 'it is not YAML'],
    ['contexts: text', '/contexts is not valid'],
    ['text', 'is not valid'],
  ])('cannot be in %j', (text, message) => {
    expect(() => kubectlContext([{ path: '/a', text }], undefined)).toThrow(message);
  });
});
