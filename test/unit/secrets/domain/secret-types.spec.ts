import { describe, expect, test } from 'vitest';
import {
  isClusterCredentialType,
  refuseClusterCredentials,
} from '../../../../src/secrets/domain/secret-types.js';
import { refusal } from './secret.builder.js';
import { placesOf } from './type-errors.builder.js';

describe('as the API server', () => {
  test.each(['Opaque', 'example.com/anything', 'x'.repeat(300)])('%.20s holds anything', (type) => {
    expect(placesOf(type, {})).toEqual([]);
  });

  test.each([
    ['kubernetes.io/basic-auth', {}, ['/data/username', '/data/password']],
    ['kubernetes.io/basic-auth', { username: '' }, []],
    ['kubernetes.io/basic-auth', { password: '' }, []],
    ['kubernetes.io/ssh-auth', { 'ssh-privatekey': '' }, ['/data/ssh-privatekey']],
    ['kubernetes.io/tls', {}, ['/data/tls.crt', '/data/tls.key']],
    ['kubernetes.io/dockerconfigjson', {}, ['/data/.dockerconfigjson']],
    ['kubernetes.io/dockercfg', {}, ['/data/.dockercfg']],
  ])('%s with %j lacks %j', (type, data, places) => {
    expect(placesOf(type, data)).toEqual(places);
  });

  test('a service account token needs the name of its account, and its data come later', () => {
    const name = 'kubernetes.io/service-account.name';
    const type = 'kubernetes.io/service-account-token';
    expect(placesOf(type, {})).toEqual(['/annotations/kubernetes.io~1service-account.name']);
    expect(placesOf(type, {}, { annotations: { [name]: 'default' } })).toEqual([]);
  });
});

test.each(['kubernetes.io/service-account-token', 'bootstrap.kubernetes.io/token'])(
  '%s is refused unless credentials of the cluster are allowed',
  (type) => {
    expect(isClusterCredentialType(type)).toBe(true);
    const error = refusal(() => refuseClusterCredentials(type, { allowClusterCredentials: false }));
    expect([error.code, error.errors[0]?.pointer]).toEqual(['Invalid', '/type']);
    refuseClusterCredentials(type, { allowClusterCredentials: true });
    refuseClusterCredentials('Opaque', { allowClusterCredentials: false });
  },
);
