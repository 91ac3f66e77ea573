import { describe, expect, it } from 'vitest';
import { defaultIssuer } from '../../src/authn/service-account-tokens.js';
import { requestToken } from '../../src/authn/token-request.js';
import { ApiStatusError } from '../../src/model/api-status.js';
import type { Json, JsonObject, ObjectMeta } from '../../src/model/kube-object.js';
import { payloadOf, payNamespace } from './stored-objects.js';

interface Asked {
  readonly spec?: Json;
  readonly metadata?: ObjectMeta;
  readonly namespace?: string;
  readonly name?: string;
}

const kind = 'TokenRequest';
const apiVersion = 'authentication.k8s.io/v1';

function setUp() {
  const { tokens, reader } = payNamespace();
  const ask = ({ spec, metadata = {}, namespace = 'pay', name = 'app' }: Asked = {}) => {
    const body = { kind, apiVersion, metadata, ...(spec === undefined ? {} : { spec }) };
    return requestToken(body, { namespace, name }, { tokens, reader });
  };
  const tokenOf = (answer: JsonObject) => (answer['status'] as { token: string }).token;
  return { ask, tokenOf, tokens, reader };
}

function refusalOf(asked: Asked): JsonObject {
  try {
    setUp().ask(asked);
  } catch (error) {
    if (error instanceof ApiStatusError) return error.toStatus();
    throw error;
  }
  throw new Error('not refused');
}

const bound = (ref: JsonObject) => ({ spec: { boundObjectRef: ref } });

describe('requestToken', () => {
  it('answers with the defaults filled in, the account and the token', () => {
    const { ask, tokens, tokenOf } = setUp();
    const answer = ask();
    expect(answer).toEqual({
      kind,
      apiVersion,
      metadata: {
        name: 'app',
        namespace: 'pay',
        uid: 'sa-uid',
        creationTimestamp: '2030-01-01T00:00:00Z',
      },
      spec: { audiences: [defaultIssuer], expirationSeconds: 3600, boundObjectRef: null },
      status: { token: expect.any(String), expirationTimestamp: '2030-01-01T01:00:00Z' },
    });
    expect(tokens.verify(tokenOf(answer)).user.username).toBe('system:serviceaccount:pay:app');
  });

  it('keeps what is asked for and drops what it does not know', () => {
    const { ask, tokens, tokenOf } = setUp();
    const answer = ask({
      metadata: { name: 'app', namespace: 'pay', uid: 'sa-uid', labels: { a: 'b' } },
      spec: { audiences: ['a', 'b'], expirationSeconds: 600, other: 1 },
    });
    expect(answer.metadata.labels).toEqual({ a: 'b' });
    expect(answer['spec']).toEqual({
      audiences: ['a', 'b'],
      expirationSeconds: 600,
      boundObjectRef: null,
    });
    expect(tokens.verify(tokenOf(answer), ['a']).audiences).toEqual(['a']);
    expect(() => tokens.verify(tokenOf(answer))).toThrow('token audiences');
  });

  it('binds to a pod of the account, and names its node', () => {
    const { ask, tokenOf } = setUp();
    const answer = ask(bound({ kind: 'Pod', apiVersion: 'v1', name: 'app-1', uid: 'pod-uid' }));
    expect(payloadOf(tokenOf(answer))['kubernetes.io']).toEqual({
      namespace: 'pay',
      node: { name: 'node-1' },
      pod: { name: 'app-1', uid: 'pod-uid' },
      serviceaccount: { name: 'app', uid: 'sa-uid' },
    });
    expect(answer['spec']).toMatchObject({ boundObjectRef: { uid: 'pod-uid' } });
  });

  it('binds to a Secret, also where the reference has no apiVersion', () => {
    const { ask, tokenOf } = setUp();
    const answer = ask(bound({ kind: 'Secret', name: 'bound' }));
    expect(payloadOf(tokenOf(answer))['kubernetes.io']).toMatchObject({
      secret: { name: 'bound', uid: 'secret-uid' },
    });
    expect(answer['spec']).toMatchObject({ boundObjectRef: { kind: 'Secret', name: 'bound' } });
  });

  it('extends to a year what a kubelet asks for, and only that', () => {
    const { ask, tokenOf } = setUp();
    const boundObjectRef = { kind: 'Pod', apiVersion: 'v1', name: 'app-1' };
    const lifeOf = (spec: JsonObject) => {
      const { exp, iat } = payloadOf(tokenOf(ask({ spec }))) as { exp: number; iat: number };
      return exp - iat;
    };
    expect(lifeOf({ boundObjectRef, expirationSeconds: 3607 })).toBe(31_536_000);
    expect(lifeOf({ boundObjectRef, expirationSeconds: 3600 })).toBe(3600);
    expect(lifeOf({ boundObjectRef, expirationSeconds: 3607, audiences: ['a'] })).toBe(3607);
    expect(lifeOf({ expirationSeconds: 3607 })).toBe(3607);
    const kubelet = ask({ spec: { boundObjectRef, expirationSeconds: 3607 } });
    expect(kubelet['status']).toMatchObject({ expirationTimestamp: '2030-01-01T01:00:07Z' });
    const warned = Date.parse('2030-01-01T01:00:07Z') / 1000;
    expect(payloadOf(tokenOf(kubelet))['kubernetes.io']).toMatchObject({ warnafter: warned });
  });

  it.each([
    [599, 'Invalid value: 599: may not specify a duration less than 10 minutes'],
    [4294967297, 'Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds'],
  ])('refuses a life of %i seconds', (expirationSeconds, message) => {
    const field = 'spec.expirationSeconds';
    expect(refusalOf({ spec: { expirationSeconds } })).toMatchObject({
      code: 422,
      message: `TokenRequest.authentication.k8s.io "" is invalid: ${field}: ${message}`,
      details: {
        group: 'authentication.k8s.io',
        kind,
        causes: [{ reason: 'FieldValueInvalid', message, field }],
      },
    });
  });

  it.each<[string, Asked, number, string]>([
    [
      'another name',
      { metadata: { name: 'other' } },
      422,
      'TokenRequest.authentication.k8s.io "app" is invalid: metadata.name: Invalid value: "other": must match the service account name if specified',
    ],
    [
      'another namespace',
      { metadata: { namespace: 'other' } },
      400,
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      'another uid',
      { metadata: { uid: 'other' } },
      409,
      'Operation cannot be fulfilled on TokenRequest.authentication.k8s.io "app": the UID in the token request (other) does not match the UID of the service account (sa-uid)',
    ],
    ['an absent account', { name: 'nope' }, 404, 'serviceaccounts "nope" not found'],
    ['an absent namespace', { namespace: 'nope' }, 404, 'namespaces "nope" not found'],
    [
      'attestations',
      { spec: { attestations: { a: ['*'] }, expirationSeconds: 1 } },
      422,
      'TokenRequest.authentication.k8s.io "" is invalid: spec.attestations: Invalid value: {"a":["*"]}: attestations may only be specified with a webhook bound object reference',
    ],
    [
      'a fraction of a second',
      { spec: { expirationSeconds: 1.5 } },
      400,
      'TokenRequest in version "v1" cannot be handled as a TokenRequest: json: cannot unmarshal number 1.5 into Go struct field TokenRequestSpec.spec.expirationSeconds of type int64',
    ],
    [
      'one audience that is no list',
      { spec: { audiences: 'x' } },
      400,
      'TokenRequest in version "v1" cannot be handled as a TokenRequest: json: cannot unmarshal string into Go struct field TokenRequestSpec.spec.audiences of type []string',
    ],
  ])('refuses %s', (_, asked, code, message) => {
    expect(refusalOf(asked)).toMatchObject({ code, message });
  });

  it.each<[JsonObject, number, string]>([
    [{ kind: 'Pod', apiVersion: 'v1', name: 'p' }, 404, 'pods "p" not found'],
    [{ kind: 'Secret', apiVersion: 'v1', name: 'p' }, 404, 'secrets "p" not found'],
    [{ kind: 'Node', apiVersion: 'v1', name: 'n' }, 404, 'nodes "n" not found'],
    [{ kind: 'Secret', apiVersion: 'v1' }, 400, 'Name parameter required.'],
    [
      { kind: 'Secret', apiVersion: 'v1', name: 'bound', uid: 'x' },
      409,
      'Operation cannot be fulfilled on Secret "bound": the UID in the bound object reference (x) does not match the UID in record. The object might have been deleted and then recreated',
    ],
    [
      { kind: 'ConfigMap', apiVersion: 'v1', name: 'n' },
      400,
      'cannot bind token to object of type /v1, Kind=ConfigMap',
    ],
    [
      { kind: 'Deployment', apiVersion: 'apps/v1', name: 'n' },
      400,
      'cannot bind token to object of type apps/v1, Kind=Deployment',
    ],
    [
      { kind: 'Foo', apiVersion: 'a/b/c', name: 'n' },
      400,
      'cannot bind token to object of type /, Kind=Foo',
    ],
    [{}, 400, 'cannot bind token to object of type /, Kind='],
    [
      {
        kind: 'ValidatingWebhookConfiguration',
        apiVersion: 'admissionregistration.k8s.io/v1',
        name: 'n',
      },
      400,
      'cannot bind token to object of type admissionregistration.k8s.io/v1, Kind=ValidatingWebhookConfiguration (feature gate APIServerWebhookAuthenticationToken is disabled)',
    ],
  ])('refuses to bind to %j', (ref, code, message) => {
    expect(refusalOf(bound(ref))).toMatchObject({ code, message });
  });

  it('refuses to bind to the pod of another account', () => {
    const { ask, reader } = setUp();
    reader.put('serviceaccounts', { namespace: 'pay', name: 'other', uid: 'o' });
    const asked = { name: 'other', ...bound({ kind: 'Pod', apiVersion: 'v1', name: 'app-1' }) };
    expect(() => ask(asked)).toThrow(
      'cannot bind token for serviceaccount "other" to pod running with different serviceaccount name.',
    );
  });
});
