import { beforeEach, describe, expect, it } from 'vitest';
import type { TokenReview } from '../../../src/auth/token-reviewer.js';
import { SallyportError, unavailable } from '../../../src/core/errors/sallyport-error.js';
import type { SecretValue } from '../../../src/core/secret-value.js';
import { syncLimits } from '../../../src/core/sync-limits.js';
import type { KubeCall } from '../../../src/kubernetes/kube-call.js';
import type { BrokerKubeClient } from '../../../src/kubernetes/broker-kube.client.js';
import { KubeAccountTokens } from '../../../src/kubernetes/kube-account-tokens.js';
import { translateKubeError } from '../../../src/kubernetes/translate-kube-error.js';

const request = { namespace: 'pay', name: 'sync', audience: 'openbao' };
const { signal } = new AbortController();
const user = { username: 'system:serviceaccount:pay:sync', uid: '', groups: [], extra: {} };
const accepted: TokenReview = { authenticated: true, audiences: [], user };

let calls: KubeCall[];
let reviewed: (readonly [string | undefined, readonly string[]])[];
let answer: (call: KubeCall) => object;
let review: () => TokenReview | undefined;
let tokens: KubeAccountTokens;

beforeEach(() => {
  calls = [];
  reviewed = [];
  answer = () => ({ status: { token: 'short-lived' } });
  review = () => undefined;
  const send = async (call: KubeCall) => {
    calls.push(call);
    return answer(call) as Awaited<ReturnType<BrokerKubeClient['send']>>;
  };
  // It sends calls, and nothing else of the client is used.
  tokens = new KubeAccountTokens({ send } as unknown as BrokerKubeClient, {
    review: async (token: SecretValue, audiences: readonly string[]) => {
      reviewed.push([token.revealText(), audiences]);
      return review();
    },
  });
});

describe('a token of a ServiceAccount', () => {
  it('is requested for one audience and a short time, and tried at the API server', async () => {
    const token = await tokens.token(request, signal);
    expect(token.revealText()).toBe('short-lived');
    expect(calls).toMatchObject([
      {
        method: 'POST',
        path: ['api', 'v1', 'namespaces', 'pay', 'serviceaccounts', 'sync', 'token'],
        body: {
          kind: 'TokenRequest',
          spec: { audiences: ['openbao'], expirationSeconds: syncLimits.accountTokenSeconds },
        },
        effect: 'none',
        signal,
      },
    ]);
    expect(reviewed).toEqual([['short-lived', []]]);
  });

  it('is given to no store if the API server accepts it itself', async () => {
    review = () => accepted;
    const refused = tokens.token(request, signal);
    await expect(refused).rejects.toMatchObject({ reason: 'AudienceRefused' });
    await expect(refused).rejects.not.toThrow('short-lived');
  });

  it('is given to no store while that cannot be found out', async () => {
    review = () => {
      throw unavailable('the cluster does not answer');
    };
    await expect(tokens.token(request, signal)).rejects.toMatchObject({ code: 'Unavailable' });
  });

  it('names what is missing: the ServiceAccount, or the right of the gateway', async () => {
    answer = () => {
      throw new SallyportError('NotFound', 'serviceaccounts "sync" not found');
    };
    await expect(tokens.token(request, signal)).rejects.toMatchObject({
      ...{ reason: 'AccountMissing', message: 'there is no ServiceAccount pay/sync' },
    });
    answer = (call) => {
      const message =
        'serviceaccounts "sync" is forbidden: User "system:serviceaccount:sallyport:' +
        'sallyport-broker" cannot create resource "serviceaccounts/token" in API group ""';
      const body = Buffer.from(
        JSON.stringify({
          kind: 'Status',
          apiVersion: 'v1',
          status: 'Failure',
          ...{ reason: 'Forbidden', code: 403, message },
        }),
      );
      throw translateKubeError({ status: 403, headers: {}, body }, call, { kind: 'broker' });
    };
    const denied = tokens.token(request, signal);
    await expect(denied).rejects.toMatchObject({ reason: 'TokenForbidden' });
    await expect(denied).rejects.toThrow('sync-token.yaml');
  });

  it.each([
    {},
    { status: {} },
    { status: { token: '' } },
    { status: { token: 7 } },
    { status: [] },
  ])('is not taken from an answer that has none: %j', async (odd) => {
    answer = () => odd;
    await expect(tokens.token(request, signal)).rejects.toMatchObject({ code: 'Unavailable' });
    expect(reviewed).toEqual([]);
  });

  it('is not known while the cluster does not answer: that is no missing account', async () => {
    answer = () => {
      throw unavailable('the cluster does not answer');
    };
    await expect(tokens.token(request, signal)).rejects.toMatchObject({ code: 'Unavailable' });
  });
});
