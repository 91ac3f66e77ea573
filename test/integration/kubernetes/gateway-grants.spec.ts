import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KubeConnection } from '../../../src/kubernetes/kube-connection.js';
import type { Cluster } from '../../cluster/cluster.js';
import { account, ProbeWorld, rbac, type Told } from './probe-world.js';
import { type Gateway, gatewayOn } from './support.js';

describe('what the start-up probe reads of RBAC and policies on a real API server', () => {
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

  it.each([
    ['impersonate:associated-node', 'authentication.k8s.io', 'nodes'],
    ['impersonate', 'authentication.k8s.io', 'uids'],
    ['impersonate', 'authentication.k8s.io', 'userextras/example.org/scopes'],
    ['impersonate', '', 'groups'],
    ['impersonate-on:serviceaccount:create', '', 'pods'],
    ['impersonate-on:user-info:create', '', 'serviceaccounts/token'],
    ['impersonate-on:user-info:update', 'rbac.authorization.k8s.io', 'rolebindings'],
    ['impersonate-on:arbitrary-node:get', '', 'secrets'],
    ['impersonate-on:user-info:approve', 'certificates.k8s.io', 'signers'],
    ['*', '', 'configmaps'],
    ['create', '', 'serviceaccounts/token'],
    ['create', '', 'pods'],
    ['escalate', 'rbac.authorization.k8s.io', 'roles'],
    ['approve', 'certificates.k8s.io', 'signers'],
    ['delete', 'admissionregistration.k8s.io', 'validatingadmissionpolicybindings'],
  ])('finds %s on %s/%s in any namespace', async (verb, group, resource) => {
    await defineBeyond({ apiGroups: [group], resources: [resource], verbs: [verb] });
    const thing = group === '' ? resource : `${resource}.${group}`;
    await whileBound(
      `rolebinding beyond --clusterrole=beyond ${account} -n other`,
      `exposed: RoleBinding "beyond" in other lets the gateway ${verb} ${thing}, which is more`,
    );
    await whileBound(
      `rolebinding beyond --clusterrole=beyond ${account} -n sallyport`,
      `RoleBinding "beyond" in sallyport lets the gateway ${verb} ${thing}, which is more`,
    );
    await whileBound(
      'clusterrolebinding beyond --clusterrole=beyond --group=system:serviceaccounts:sallyport',
      `ClusterRoleBinding "beyond" lets the gateway ${verb} ${thing}, which is more`,
    );
  });

  it('finds rights to impersonate on paths that are no resources', async () => {
    await defineBeyond({ nonResourceURLs: ['/metrics'], verbs: ['impersonate-on:user-info:get'] });
    await whileBound(
      `clusterrolebinding beyond --clusterrole=beyond ${account}`,
      'lets the gateway impersonate-on:user-info:get /metrics, which is more',
    );
  });

  it('misses the policy that refuses token Secrets, its binding, and the right to see them', async () => {
    const policy = 'sallyport-token-secrets';
    const apply = [
      'apply',
      '--server-side',
      '--force-conflicts',
      '-k',
      `${rbac}/policies/credentials`,
    ];
    await kubectl(`delete validatingadmissionpolicybinding ${policy}`);
    await eventually().toContain(`ValidatingAdmissionPolicy ${policy} is not bound`);
    await kubectl(`delete validatingadmissionpolicy ${policy}`);
    await eventually().toContain(`ValidatingAdmissionPolicy ${policy} is not there: apply`);
    await cluster.kubectl(apply);
    await eventually().toBe('');
    const warn = JSON.stringify({ spec: { validationActions: ['Warn'] } });
    const change = ['patch', 'validatingadmissionpolicybinding', policy, '--type=merge'];
    await cluster.kubectl([...change, '-p', warn]);
    await eventually().toContain(
      `the binding of ValidatingAdmissionPolicy ${policy} does not deny`,
    );
    await kubectl(`delete validatingadmissionpolicybinding ${policy}`);
    await cluster.kubectl(apply);
    await eventually().toBe('');
    expect(await problems({ access: 'passthrough', served: [] })).not.toContain(policy);
  });

  it('finds every right to impersonate to be too much in passthrough', async () => {
    for (const scope of ['served', 'cluster'] as const) {
      const found = await verdict({ access: 'passthrough', served: [], scope });
      expect(found).toMatchObject({ profile: 'passthrough', lacks: [], exposed: [] });
      const excess = found.excess.join('\n');
      expect(excess).toContain('may impersonate:user-info users.authentication.k8s.io');
      for (const binding of [
        'ClusterRoleBinding "sallyport-become-users" lets the gateway impersonate:user-info *',
        'RoleBinding "sallyport-act-for-callers" in pay lets the gateway impersonate-on:user-info',
        'RoleBinding "sallyport-become-serviceaccounts" in pay lets the gateway impersonate:',
        'RoleBinding "sallyport-become-broker" in sallyport lets the gateway impersonate:',
      ]) {
        expect(excess).toContain(binding);
      }
    }
  });

  it('finds passthrough in order without any, and Secrets and the older verb in it', async () => {
    await kubectl('-n sallyport create serviceaccount plain');
    const plain = '--serviceaccount=sallyport:plain';
    await kubectl(`create clusterrolebinding plain --clusterrole=sallyport-self ${plain}`);
    const identity = { namespace: 'sallyport', serviceAccount: 'plain' };
    const token = await cluster.createToken(identity);
    const path = await cluster.kubeconfigFor({ token, name: 'plain' });
    const on = gatewayOn(await KubeConnection.open({ mode: 'kubeconfig', path }));
    const told: Told = { access: 'passthrough', served: [] };
    const found = async () => (await verdict(told, on)).excess.join('\n');
    await expect.poll(found, { timeout: 20_000 }).toBe('');
    expect(await verdict(told, on)).toEqual({
      profile: 'passthrough',
      excess: [],
      lacks: [],
      exposed: [],
    });
    await kubectl(`-n other create rolebinding plain --clusterrole=edit ${plain}`);
    const sentence = 'RoleBinding "plain" in other lets the gateway';
    await expect.poll(found, { timeout: 20_000 }).toContain(sentence);
    on.transport.close();
  });
});
