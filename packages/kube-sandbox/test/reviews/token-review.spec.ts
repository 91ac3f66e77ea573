import { describe, expect, it } from 'vitest';
import { defaultIssuer } from '../../src/authn/service-account-tokens.js';
import type { Json, JsonObject } from '../../src/model/kube-object.js';
import { reviewToken } from '../../src/reviews/token-review.js';
import { payNamespace } from '../authn/stored-objects.js';

const kind = 'TokenReview';
const apiVersion = 'authentication.k8s.io/v1';

function setUp(audiences: readonly string[] = [defaultIssuer]) {
  const { tokens } = payNamespace();
  const account = { namespace: 'pay', name: 'app', uid: 'sa-uid' };
  const { token } = tokens.issue({ ...account, audiences, expirationSeconds: 600 });
  const review = (spec: Json, more: JsonObject = {}) =>
    reviewToken({ kind, apiVersion, metadata: {}, spec, ...more }, tokens);
  return { token, review };
}

const anonymous = {
  authenticated: true,
  user: { username: 'system:anonymous', groups: ['system:unauthenticated'] },
  audiences: [defaultIssuer],
};

describe('reviewToken', () => {
  it('echoes the token and says whose it is', () => {
    const { review, token } = setUp();
    expect(review({ token })).toEqual({
      kind,
      apiVersion,
      metadata: {},
      spec: { token },
      status: {
        authenticated: true,
        user: {
          username: 'system:serviceaccount:pay:app',
          uid: 'sa-uid',
          groups: ['system:serviceaccounts', 'system:serviceaccounts:pay', 'system:authenticated'],
          extra: {
            'authentication.kubernetes.io/credential-id': [expect.stringMatching(/^JTI=/)],
          },
        },
        audiences: [defaultIssuer],
      },
    });
  });

  it('answers for the audiences that are asked for', () => {
    const { review, token } = setUp(['a', 'b']);
    const answer = review({ token, audiences: ['b', 'c'] });
    expect(answer['spec']).toEqual({ token, audiences: ['b', 'c'] });
    expect(answer['status']).toMatchObject({ authenticated: true, audiences: ['b'] });
    expect(review({ token })['status']).toEqual({
      user: {},
      error:
        '[invalid bearer token, token audiences ["a" "b"] is invalid for the target audiences ' +
        `["${defaultIssuer}"]]`,
    });
  });

  it('has no member authenticated for a wrong token', () => {
    const status = { user: {}, error: 'invalid bearer token' };
    expect(setUp().review({ token: 'wrong', audiences: [] })['status']).toEqual(status);
  });

  it('reads the token as from an Authorization field, padding and all', () => {
    const { review, token } = setUp();
    expect(review({ token: `${token} more` })['status']).toMatchObject({ authenticated: true });
    expect(review({ token: `${token}\n` })['status']).toMatchObject({ authenticated: true });
    for (const padded of [' ', '\n', ` ${token}`]) {
      expect(review({ token: padded })['status']).toEqual(anonymous);
    }
  });

  it('leaves of a status that was sent what the outcome does not replace', () => {
    const { review, token } = setUp();
    const user = { username: 'z' };
    const status = { authenticated: true, error: 'z', audiences: ['q'], user };
    expect(review({ token: 'wrong' }, { status })['status']).toEqual({
      user,
      audiences: ['q'],
      error: 'invalid bearer token',
    });
    const answer = review({ token }, { status })['status'];
    expect(answer).toMatchObject({ error: 'z', audiences: [defaultIssuer] });
    expect(answer).toMatchObject({ user: { uid: 'sa-uid' } });
  });

  it('keeps names and labels, but neither namespace, uid nor time of creation', () => {
    const metadata = { name: 'x', namespace: 'y', uid: 'u', creationTimestamp: 't', labels: {} };
    const answer = setUp().review({ token: 'x' }, { metadata });
    expect(answer.metadata).toEqual({ name: 'x', labels: {} });
  });

  it.each([{}, { token: '' }, { token: null }, null])('asks for a token: %j', (spec) => {
    expect(() => setUp().review(spec)).toThrow(
      'token is required for TokenReview in authentication',
    );
  });

  it('refuses members of another type', () => {
    const { review } = setUp();
    const start =
      'TokenReview in version "v1" cannot be handled as a TokenReview: json: cannot unmarshal';
    const at = 'into Go struct field';
    expect(() => review({ token: 5 })).toThrow(
      `${start} number ${at} TokenReviewSpec.spec.token of type string`,
    );
    expect(() => review({ token: 'x', audiences: [true] })).toThrow(
      `${start} bool ${at} TokenReviewSpec.spec.audiences of type string`,
    );
    expect(() => review('x')).toThrow(`${start} string ${at} TokenReview.spec of type v1.`);
  });
});
