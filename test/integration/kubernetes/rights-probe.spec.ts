import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KubeConnection } from '../../../src/kubernetes/kube-connection.js';
import { type Cluster, startCluster } from '../../cluster/cluster.js';
import { account, ProbeWorld, rbac, type Told } from './probe-world.js';
import { type Gateway, gatewayOn, installGateway } from './support.js';

describe('the start-up probe on a real API server', () => {
  let world: ProbeWorld;
  let cluster: Cluster;

  beforeAll(async () => {
    world = await ProbeWorld.start();
    ({ cluster } = world);
  }, 900_000);
  afterAll(() => world?.stop());

  const verdict = (told?: Told, on?: Gateway) => world.verdict(told, on);
  const problems = (told?: Told) => world.problems(told);
  const eventually = (told?: Told) => expect.poll(() => problems(told), { timeout: 20_000 });
  const kubectl = (command: string) => world.kubectl(command);
  const whileBound = (bound: string, sentence: string) => world.whileBound(bound, sentence);
  const defineBeyond = (rule: object) => world.defineBeyond(rule);

  it('finds the constrained profile in order, for names and for patterns', async () => {
    for (const served of [['pay'], ['*'], ['p*', 'pay'], ['nothing-yet-*']]) {
      expect(await verdict({ served })).toEqual({
        profile: 'constrained',
        excess: [],
        lacks: [],
        exposed: [],
      });
    }
  });

  it('finds a namespace that is served by name and bound nowhere', async () => {
    const found = await problems({ served: ['pay', 'other'] });
    expect(found).toContain('may not impersonate-on:user-info:get secrets in other');
    expect(found).toContain('read a Secret as the broker in other');
    expect(found).not.toContain(' pay');
  });

  it('finds a broker without rights where it should have them', async () => {
    await kubectl('-n pay delete rolebinding sallyport-broker');
    await eventually().toBe('the broker may not read Secrets in pay, which is served by name');
    const file = `${rbac}/constrained/by-namespace/served-namespace.yaml`;
    await cluster.kubectl(['-n', 'pay', 'apply', '-f', file]);
    await eventually().toBe('');
  });

  it('finds rights on Secrets of its own', async () => {
    await kubectl('create clusterrole secret-getter --verb=get --resource=secrets');
    await whileBound(
      `rolebinding own --clusterrole=secret-getter ${account} -n pay`,
      "the gateway's own account may get secrets in pay",
    );
    await whileBound(
      `clusterrolebinding own --clusterrole=secret-getter ${account}`,
      "the gateway's own account may get secrets in kube-system",
    );
  });

  it('finds the older verb, as `edit` holds it', async () => {
    await whileBound(
      `rolebinding editor --clusterrole=edit ${account} -n pay`,
      'may impersonate serviceaccounts in pay, which is more',
    );
    await whileBound(
      `rolebinding editor --clusterrole=edit ${account} -n sallyport`,
      'the constrained and the legacy profile of deploy/rbac are both in force',
    );
    await kubectl('create clusterrole becomes --verb=impersonate --resource=users,groups');
    await whileBound(
      `clusterrolebinding becomes --clusterrole=becomes ${account}`,
      'may impersonate groups "system:masters"',
    );
  });

  it.each([
    ['impersonate:arbitrary-node', 'authentication.k8s.io', 'nodes'],
    ['impersonate-on:user-info:get', '', 'pods'],
    ['impersonate-on:user-info:get', '', 'configmaps'],
    ['impersonate-on:user-info:get', '*', '*'],
  ])('finds %s on %s/%s', async (verb, group, resource) => {
    await defineBeyond({ apiGroups: [group], resources: [resource], verbs: [verb] });
    await whileBound(
      `clusterrolebinding beyond --clusterrole=beyond ${account}`,
      `may ${verb} ${resource}`,
    );
  });

  it('finds that nobody can be served without the right to become users', async () => {
    await kubectl('delete clusterrolebinding sallyport-become-users');
    await eventually().toContain('may not impersonate:user-info users.authentication.k8s.io');
    await cluster.kubectl(['apply', '--server-side', '-k', `${rbac}/constrained/by-namespace`]);
    await eventually().toBe('');
  });

  it('finds an administrator to be more than a gateway', async () => {
    const path = cluster.adminKubeconfigFile;
    const admin = gatewayOn(await KubeConnection.open({ mode: 'kubeconfig', path }));
    const found = await verdict({}, admin);
    const sentence = expect.stringContaining("the gateway's own credential is cluster-admin: use");
    expect(found).toEqual({ profile: 'cluster-admin', excess: [sentence], lacks: [], exposed: [] });
    admin.transport.close();
  });

  it('finds a cluster that is older than the profile, though that says yes to each question', async () => {
    const older = ['--feature-gates=ConstrainedImpersonation=false'];
    await using before136 = await startCluster({ apiServerArguments: older });
    const old = await installGateway(before136);
    const { profile, excess, lacks: found } = await verdict({}, old);
    expect(excess).toEqual([]);
    expect(profile).toBe('constrained');
    expect(found).toEqual([
      expect.stringContaining('does not let the gateway read a Secret as a caller in pay'),
      expect.stringContaining('does not let the gateway read a Secret as the broker in pay'),
    ]);
    old.transport.close();
  });

  it('finds bindings of the whole cluster out of scope, and in it where they are meant', async () => {
    await cluster.kubectl(['apply', '--server-side', '-k', `${rbac}/constrained/cluster-wide`]);
    await eventually().toContain('impersonate-on:user-info:get secrets in kube-system, which is');
    await eventually({ scope: 'cluster' }).toBe('');
    expect(await verdict({ scope: 'cluster', served: ['*'] })).toEqual({
      profile: 'constrained',
      excess: [],
      lacks: [],
      exposed: [],
    });
    const file = `${rbac}/constrained/cluster-wide/bindings.yaml`;
    await cluster.kubectl(['delete', '-f', file]);
    await eventually().toBe('');
    await eventually({ scope: 'cluster' }).toContain(
      'may not impersonate-on:user-info:get secrets, which its profile needs',
    );
  });

  it('finds both profiles, and the legacy one in order when it is alone', async () => {
    await cluster.kubectl(['apply', '--server-side', '-k', `${rbac}/legacy/by-namespace`]);
    const served = `${rbac}/legacy/by-namespace/served-namespace.yaml`;
    await cluster.kubectl(['-n', 'pay', 'apply', '-f', served]);
    await eventually().toContain('are both in force');
    const ofCluster = 'sallyport-become-users sallyport-act-for-schemas';
    await kubectl(`delete clusterrolebinding ${ofCluster}`);
    await kubectl('-n sallyport delete rolebinding sallyport-become-broker');
    const acting = 'sallyport-act-for-callers sallyport-act-as-broker';
    await kubectl(`-n pay delete rolebinding ${acting} sallyport-become-serviceaccounts`);
    await eventually().toBe('');
    expect(await verdict()).toEqual({ profile: 'legacy', excess: [], lacks: [], exposed: [] });
    await cluster.kubectl(['apply', '-f', `${rbac}/legacy/by-namespace/users.yaml`]);
    expect(await verdict()).toEqual({ profile: 'legacy', excess: [], lacks: [], exposed: [] });
  });
});
