import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ServedNamespaces } from '../../../src/access/domain/served-namespaces.js';
import { SallyportError, unavailable } from '../../../src/core/errors/sallyport-error.js';
import { limits } from '../../../src/core/limits.js';
import { RightsProbe, type RightsProbeDependencies } from '../../../src/kubernetes/rights-probe.js';
import type { KubeObject } from '../../../src/kubernetes/kube-exchange.js';
import type { ReviewedResource } from '../../../src/kubernetes/self-kube.client.js';

const absent = () => Promise.reject(new SallyportError('NotFound', 'not found'));
const constrained = [
  'create tokenreviews',
  'create subjectaccessreviews',
  'list secretschemas',
  'list localsecretschemas',
  'list namespaces',
  'impersonate:user-info',
  'impersonate:serviceaccount serviceaccounts sallyport',
  'impersonate-on:user-info:get secrets pay',
];

function allows(allowed: readonly string[]) {
  return ({ verb, resource, namespace = '' }: ReviewedResource) => {
    const asked = `${verb} ${resource} ${namespace}`;
    const isAllowed = allowed.some((right) => asked.startsWith(right));
    return Promise.resolve({ status: { allowed: isAllowed } });
  };
}

const policyText = readFileSync('deploy/rbac/policies/credentials/token-secrets.yaml', 'utf8');
const policies = parseAllDocuments(policyText).map((one) => one.toJS() as KubeObject);
const shipped = (resource: string): Promise<KubeObject> =>
  Promise.resolve(policies[resource.endsWith('bindings') ? 1 : 0] as KubeObject);

describe('RightsProbe', () => {
  const getAdmissionPolicy = vi.fn(shipped);
  const none = (_resource: string, _namespace: string, _map: (json: unknown) => unknown) =>
    Promise.resolve<readonly unknown[]>([]);
  const listRbac = vi.fn(none);
  const getRole = vi.fn((): Promise<KubeObject> => absent());
  const review = vi.fn(allows(constrained));
  const onVerdict = vi.fn();
  const onFault = vi.fn();
  const onAlarm = vi.fn();
  let probe: RightsProbe;

  /** How long it waits now, and how to end that. */
  let paused: PromiseWithResolvers<number>;
  let goOn: () => void;

  beforeEach(() => {
    probe = probing();
  });

  function probing(
    allowed: Pick<RightsProbeDependencies, 'allowsExcess' | 'allowsClusterCredentials'> = {},
  ): RightsProbe {
    paused = Promise.withResolvers();
    const gatewayNamespace = 'sallyport';
    return new RightsProbe({
      ...allowed,
      setup: {
        access: 'impersonate',
        scope: 'served',
        gatewayNamespace,
        broker: 'b',
        resources: [],
      },
      served: new ServedNamespaces({ patterns: ['pay'], scope: 'served', gatewayNamespace }),
      directory: { list: () => Promise.resolve([]) },
      self: {
        reviewOwnAccess: review,
        reviewOwnIdentity: () => Promise.resolve({ status: { userInfo: { username: 'self' } } }),
        listRbac: listRbac as RightsProbeDependencies['self']['listRbac'],
        getRole,
        getAdmissionPolicy,
      },
      caller: { send: absent },
      broker: { send: absent },
      onVerdict,
      onFault,
      onAlarm,
      pause: (ms, signal) => {
        const { promise, resolve } = Promise.withResolvers<void>();
        goOn = resolve;
        signal.addEventListener('abort', () => resolve());
        paused.resolve(ms);
        return promise;
      },
    });
  }

  /** Ends the pause; resolves with the next one, once it has asked. */
  async function askAgain(): Promise<number> {
    paused = Promise.withResolvers();
    goOn();
    return paused.promise;
  }

  afterEach(async () => {
    await probe.stop();
    vi.resetAllMocks();
    getAdmissionPolicy.mockImplementation(shipped);
    listRbac.mockImplementation(none);
    review.mockImplementation(allows(constrained));
  });

  it('lets readiness wait for its first verdict, and tells of that once', async () => {
    const checked = probe.check();
    probe.start();
    await checked;
    expect(probe.verdict).toEqual({ profile: 'constrained', excess: [], lacks: [], exposed: [] });
    await paused.promise;
    await askAgain();
    expect(onVerdict).toHaveBeenCalledTimes(1);
  });

  it('asks again after minutes while all is well, and then finds what has changed', async () => {
    probe.start();
    expect(await paused.promise).toBe(limits.rightsProbeMs);
    review.mockImplementation(allows([...constrained, 'get secrets kube-system']));
    await askAgain();
    await expect(probe.check()).rejects.toThrow('not set up');
    expect(probe.problems).toEqual([expect.stringContaining('get secrets in kube-system')]);
    expect(onVerdict).toHaveBeenCalledTimes(2);
  });

  it('asks again soon while there is a problem', async () => {
    review.mockImplementation(allows([...constrained, 'impersonate users']));
    probe.start();
    expect(await paused.promise).toBe(limits.rightsProbeAgainMs);
    await expect(probe.check()).rejects.toThrow('not set up');
    review.mockImplementation(allows(constrained));
    expect(await askAgain()).toBe(limits.rightsProbeMs);
    await probe.check();
  });

  it('refuses calls while there is more than the profile has, and no longer', async () => {
    review.mockImplementation(allows([...constrained, 'get secrets kube-system']));
    probe.start();
    expect(await paused.promise).toBe(limits.rightsProbeAgainMs);
    expect(probe.refusal).toMatchObject({ code: 'Unavailable', headers: { 'retry-after': '10' } });
    review.mockImplementation(allows(constrained));
    await askAgain();
    expect(probe.refusal).toBeUndefined();
  });

  it('refuses none for less than the profile has, though it is not ready', async () => {
    review.mockImplementation(allows(constrained.slice(1)));
    probe.start();
    await paused.promise;
    expect(probe.refusal).toBeUndefined();
    await expect(probe.check()).rejects.toThrow('not set up');
  });

  it('is not ready without the policy that refuses token Secrets', async () => {
    const hidden = new SallyportError('Unavailable', 'no', { isInstallationFault: true });
    for (const [error, sentence] of [
      [new SallyportError('NotFound', 'not found'), 'is not there'],
      [hidden, 'is not there'],
    ] as const) {
      getAdmissionPolicy.mockRejectedValue(error);
      probe = probing();
      probe.start();
      await expect(probe.check()).rejects.toThrow('not set up');
      expect(probe.problems).toEqual([expect.stringContaining(sentence)]);
      expect(probe.refusal).toBeUndefined();
      await probe.stop();
    }
  });

  it('needs no policy where credentials of the cluster may be written by choice', async () => {
    getAdmissionPolicy.mockRejectedValue(new SallyportError('NotFound', 'not found'));
    probe = probing({ allowsClusterCredentials: true });
    probe.start();
    await probe.check();
  });

  it('is ready with more in a namespace of others, and says so', async () => {
    const account = { kind: 'User', name: 'self' };
    const binding = { metadata: { name: 'x', namespace: 'other' }, subjects: [account] };
    const roleRef = { kind: 'ClusterRole', name: 'edit' };
    listRbac.mockImplementation((resource, _, map) =>
      Promise.resolve(resource === 'rolebindings' ? [map({ ...binding, roleRef })] : []),
    );
    const rule = { verbs: ['impersonate'], apiGroups: [''], resources: ['serviceaccounts'] };
    getRole.mockImplementation(() => Promise.resolve({ rules: [rule] }));
    probe.start();
    await probe.check();
    expect(probe.problems).toEqual([]);
    expect(probe.refusal).toBeUndefined();
    expect(probe.warning).toMatch(/^RoleBinding "x" in other lets the gateway impersonate service/);
  });

  it('is ready with more than the profile has where that is allowed, and says so', async () => {
    probe = probing({ allowsExcess: true });
    const more = ['get secrets kube-system', 'list secrets kube-system'];
    review.mockImplementation(allows([...constrained, ...more]));
    probe.start();
    await probe.check();
    expect(probe.refusal).toBeUndefined();
    expect(probe.warning).toMatch(/^kubernetes\.allowExcessRights lets this pass: /);
    expect(probe.warning).toMatch(/get secrets in kube-system.*\(and 1 more\)$/);
    review.mockImplementation(allows(constrained));
    await askAgain();
    expect(probe.warning).toBeUndefined();
  });

  it('refuses calls with more roles bound than it checks, and tells so once', async () => {
    let count = 501;
    const subjects = [{ kind: 'User', name: 'self' }];
    const bound = (at: number) => ({
      metadata: { name: `b${at}`, namespace: 'pay' },
      roleRef: { kind: 'Role', name: `r${at}` },
      subjects,
    });
    listRbac.mockImplementation((resource, _, map) => {
      const length = resource === 'rolebindings' ? count : 0;
      return Promise.resolve(Array.from({ length }, (__, at) => map(bound(at))));
    });
    probe.start();
    expect(await paused.promise).toBe(limits.rightsProbeAgainMs);
    const sentence = expect.stringMatching(/^501 roles are bound.*501 of them in namespace pay/);
    expect(probe.problems).toEqual([sentence]);
    expect(probe.refusal).toMatchObject({ code: 'Unavailable', internal: sentence });
    expect(probe.refusal?.message).toMatch(/^the gateway is bound to more roles .* than it checks/);
    count = 502;
    await askAgain();
    expect(onAlarm).toHaveBeenCalledExactlyOnceWith(sentence);
    expect(onFault).not.toHaveBeenCalled();
    count = 0;
    await askAgain();
    expect(probe.refusal).toBeUndefined();
    await probe.check();
  });

  it('refuses calls before it knows, and says why it does not', async () => {
    expect(probe.refusal).toMatchObject({ code: 'Unavailable', headers: { 'retry-after': '2' } });
    const fault = unavailable('the cluster cannot be reached', { internal: 'no route' });
    review.mockImplementation(() => Promise.reject(fault));
    probe.start();
    await probe.firstLook(60_000);
    const sentence = 'the API server has not told what the gateway may do: no route';
    expect(probe.problems).toEqual([sentence]);
    expect(probe.refusal).toMatchObject({ internal: sentence });
    review.mockImplementation(allows(constrained));
    await paused.promise;
    await askAgain();
    expect(probe.refusal).toBeUndefined();
  });

  it('keeps a start waiting for a bounded time', async () => {
    review.mockImplementation(() => new Promise(() => undefined));
    await probe.firstLook(10);
    expect(probe.refusal).toBeDefined();
  });

  it('refuses none before it knows where more than the profile is allowed', () => {
    expect(probing({ allowsExcess: true }).refusal).toBeUndefined();
  });

  it('is not ready before it knows, and tells once why it does not', async () => {
    review.mockImplementation(() => Promise.reject(unavailable('the cluster cannot be reached')));
    probe.start();
    await expect(probe.check()).rejects.toThrow('not set up');
    expect(probe.problems).toEqual([expect.stringContaining('has not told')]);
    expect(await paused.promise).toBe(limits.rightsProbeFailedMs);
    await askAgain();
    expect(onFault).toHaveBeenCalledTimes(1);
    review.mockImplementation(allows(constrained));
    await askAgain();
    await probe.check();
  });

  it('keeps what it knows while the API server is away', async () => {
    probe.start();
    await paused.promise;
    review.mockImplementation(() => Promise.reject(unavailable('the cluster cannot be reached')));
    expect(await askAgain()).toBe(limits.rightsProbeFailedMs);
    expect(onFault).toHaveBeenCalledTimes(1);
    await probe.check();
  });

  it('takes an answer that is no clear yes for a no', async () => {
    review.mockImplementation(() => Promise.resolve({ status: { allowed: 'true' } }) as never);
    probe.start();
    await expect(probe.check()).rejects.toThrow('not set up');
    expect(probe.verdict?.profile).toBe('none');
  });

  it('stops in the middle of a pause', async () => {
    probe.start();
    await paused.promise;
    await probe.stop();
  });
});
