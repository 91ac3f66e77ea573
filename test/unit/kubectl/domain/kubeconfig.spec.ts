import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { kubeconfigText } from '../../../../src/kubectl/domain/kubeconfig.js';
import { hostilePaths } from '../../../support/hostile-paths.js';

const gateway = 'https://sallyport.example';
const certificate = '-----BEGIN CERTIFICATE-----\nMIIB+/A=\n-----END CERTIFICATE-----';
const textFor = (tokenFile: string) =>
  kubeconfigText({ gateway, users: [{ name: 'sallyport', tokenFile }] });

const expected = (tokenFile: string) => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'sallyport', cluster: { server: 'https://sallyport.example/kubernetes' } }],
  users: [{ name: 'sallyport', user: { tokenFile } }],
  contexts: [{ name: 'sallyport', context: { cluster: 'sallyport', user: 'sallyport' } }],
  'current-context': 'sallyport',
});

describe('a kubeconfig', () => {
  it.each(hostilePaths)('names a file of tokens exactly, and nothing else: %s', (_what, path) => {
    const text = textFor(path);
    expect(parse(text)).toEqual(expected(path));
    expect(parse(text, { version: '1.1' })).toEqual(expected(path));
    expect(text).toMatch(/^[\n\u0020-\u007e]*$/);
  });

  it('names certificates of the authority alone, whatever else is in the file', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nc2hoaGhoaA==\n-----END PRIVATE KEY-----';
    const text = kubeconfigText({
      gateway,
      certificateAuthority: `comment\n${certificate}\n${key}\n${certificate}\n`,
      users: [{ name: 'sallyport', tokenFile: '/t' }],
    });
    const [{ cluster }] = (parse(text) as { clusters: [{ cluster: Record<string, string> }] })
      .clusters;
    expect(Buffer.from(cluster['certificate-authority-data'] ?? '', 'base64').toString()).toBe(
      `${certificate}\n${certificate}\n`,
    );
  });

  it('is none where the authority has no certificate, for clients would trust everybody else', () => {
    const users = [{ name: 'sallyport', tokenFile: '/t' }] as const;
    expect(() => kubeconfigText({ gateway, certificateAuthority: 'nonsense', users })).toThrow(
      'the certificate authority for kubeconfigs holds no certificate',
    );
  });

  it('has a context for each user, and begins with the first', () => {
    const users = [
      { name: 'admin', tokenFile: '/a' },
      { name: 'reader', tokenFile: '/r' },
    ] as const;
    expect(parse(kubeconfigText({ gateway, users }))).toMatchObject({
      users: [
        { name: 'admin', user: { tokenFile: '/a' } },
        { name: 'reader', user: { tokenFile: '/r' } },
      ],
      contexts: [
        { name: 'admin', context: { cluster: 'sallyport', user: 'admin' } },
        { name: 'reader', context: { cluster: 'sallyport', user: 'reader' } },
      ],
      'current-context': 'admin',
    });
  });

  it.each(['https://example.org/gate', 'https://example.org/gate/'])(
    'puts the façade below the path of %s',
    (url) => {
      const text = kubeconfigText({ gateway: url, users: [{ name: 'a', tokenFile: '/t' }] });
      expect(parse(text)).toMatchObject({
        clusters: [{ cluster: { server: 'https://example.org/gate/kubernetes' } }],
      });
    },
  );
});
