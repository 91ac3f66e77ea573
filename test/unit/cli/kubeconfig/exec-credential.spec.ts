import { describe, expect, it } from 'vitest';
import { execCredential, execVersion } from '../../../../src/cli/kubeconfig/exec-credential.js';

const v1 = 'client.authentication.k8s.io/v1';
const beta = 'client.authentication.k8s.io/v1beta1';
const info = (apiVersion: string, kind = 'ExecCredential') =>
  JSON.stringify({ apiVersion, kind, spec: { interactive: false } });

describe('the version of a credential', () => {
  it.each([
    [undefined, v1],
    ['', v1],
    [info(v1), v1],
    [info(beta), beta],
  ])('for %s is %s', (text, expected) => {
    expect(execVersion(text)).toBe(expected);
  });

  it.each(['{', '[]', info('client.authentication.k8s.io/v1alpha1'), info(v1, 'Secret')])(
    'is unknown for %s',
    (text) => {
      expect(() => execVersion(text)).toThrow('names no ExecCredential');
    },
  );
});

it.each([
  [{ token: 't' }, { token: 't' }],
  [
    { token: 't', expiresAtSeconds: 1_700_000_000.9 },
    { token: 't', expirationTimestamp: '2023-11-14T22:13:20Z' },
  ],
  [{ token: 't', expiresAtSeconds: 1e300 }, { token: 't' }],
])('a credential of %j has the status %j', (token, status) => {
  expect(execCredential(v1, token)).toEqual({ apiVersion: v1, kind: 'ExecCredential', status });
});
