import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { GatewayEntry } from '../../../../src/cli/kubeconfig/gateway-entry.js';
import { mergedKubeconfig } from '../../../../src/cli/kubeconfig/merge-kubeconfig.js';

const entry: GatewayEntry = {
  ...{ name: 'sallyport-prod', namespace: 'pay', env: { SALLYPORT_CLI_CONFIG: '/c' } },
  cluster: { server: 'https://gateway/kubernetes', 'certificate-authority-data': 'Q0E=' },
  words: ['/bin/node', '/sallyport', 'credential', '--context', 'yes'],
};
const exec = {
  apiVersion: 'client.authentication.k8s.io/v1',
  command: '/bin/node',
  args: ['/sallyport', 'credential', '--context', 'yes'],
  env: [{ name: 'SALLYPORT_CLI_CONFIG', value: '/c' }],
  interactiveMode: 'Never',
  provideClusterInfo: false,
  installHint: expect.stringContaining('sallyport') as string,
};
const { name, cluster } = entry;
const added = {
  clusters: [{ name, cluster }],
  users: [{ name, user: { exec } }],
  contexts: [{ name, context: { cluster: name, user: name, namespace: 'pay' } }],
};
const other = `# of the cluster
apiVersion: v1
kind: Config
clusters:
  - name: plain # the API server
    cluster: { server: https://api:6443, insecure-skip-tls-verify: false }
users:
  - name: plain
    user: { token: 0x10 }
contexts:
  - name: plain
    context: { cluster: plain, user: plain }
current-context: plain
preferences: {}
`;

const merged = (text: string, isCurrent = false) => mergedKubeconfig(text, entry, { isCurrent });

describe('a kubeconfig', () => {
  it.each(['', ' \n', 'apiVersion: v1\nkind: Config\nclusters: null\nusers: []\n'])(
    'that is empty gets the gateway, as its current context: %j',
    (text) => {
      expect(parse(merged(text))).toEqual({
        ...{ apiVersion: 'v1', kind: 'Config', ...added },
        'current-context': name,
      });
    },
  );

  it('keeps all other entries, comments and the current context', () => {
    const text = merged(other);
    for (const line of other.split('\n')) expect(text.split('\n')).toContain(line);
    const config = parse(text) as typeof added;
    expect(config).toMatchObject({ 'current-context': 'plain' });
    expect(config.users[1]).toEqual(added.users[0]);
    expect(config.clusters[1]).toEqual(added.clusters[0]);
    expect(config.contexts[1]).toEqual(added.contexts[0]);
  });

  it('has the gateway once, however often it is added', () => {
    expect(merged(merged(other))).toBe(merged(other));
  });

  it('has the gateway as its current context if that is asked for', () => {
    expect(parse(merged(other, true))).toMatchObject({ 'current-context': name });
  });

  it('can be JSON', () => {
    const config = parse(merged(JSON.stringify(parse(other)))) as typeof added;
    expect(config.users[1]).toEqual(added.users[0]);
  });

  it('quotes texts, which YAML 1.1 would read as something else', () => {
    expect(merged('')).toContain('- "yes"');
  });

  it.each([
    ['[]', 'it is no kubeconfig'],
    ['text', 'it is no kubeconfig'],
    ['a: [', 'it is not YAML'],
    ['a: 1\na: 2', 'it is not YAML'],
    ['clusters: text', 'its clusters are no list'],
  ])('is refused: %j', (text, message) => {
    expect(() => merged(text)).toThrow(message);
  });
});
