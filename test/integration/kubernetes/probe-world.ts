import { expect } from 'vitest';
import type { RightsVerdict } from '../../../src/access/domain/check-rights.js';
import type { RightsSetup } from '../../../src/access/domain/gateway-right-questions.js';
import { ServedNamespaces } from '../../../src/access/domain/served-namespaces.js';
import { BrokerKubeClient } from '../../../src/kubernetes/broker-kube.client.js';
import { KubeNamespaceDirectory } from '../../../src/kubernetes/kube-namespace-directory.js';
import { RightsProbe } from '../../../src/kubernetes/rights-probe.js';
import type { Cluster } from '../../cluster/cluster.js';
import { sharedCluster } from '../../cluster/shared-cluster.js';
import { type Gateway, installGateway } from './support.js';

export const rbac = 'deploy/rbac';
export const account = '--serviceaccount=sallyport:sallyport';
const gatewayNamespace = 'sallyport';

export interface Told extends Partial<Omit<RightsSetup, 'namespaces'>> {
  readonly served?: readonly string[];
}

/** A real API server with the by-namespace profile, and what a gateway finds that starts on it. */
export class ProbeWorld {
  readonly cluster: Cluster;
  readonly #gateway: Gateway;

  private constructor(cluster: Cluster, gateway: Gateway) {
    this.cluster = cluster;
    this.#gateway = gateway;
  }

  static async start(): Promise<ProbeWorld> {
    const cluster = await sharedCluster();
    return new ProbeWorld(cluster, await installGateway(cluster));
  }

  async stop(): Promise<void> {
    this.#gateway.transport.close();
    await this.cluster.stop();
  }

  /** What a gateway finds that is told to be this, and now starts. */
  async verdict(told: Told = {}, on: Gateway = this.#gateway): Promise<RightsVerdict> {
    const { served: patterns = ['pay'], scope = 'served', access = 'impersonate' } = told;
    const { promise, resolve, reject } = Promise.withResolvers<RightsVerdict>();
    const probe = new RightsProbe({
      setup: { access, scope, gatewayNamespace, broker: 'sallyport-broker', resources: [] },
      served: new ServedNamespaces({ patterns, scope, gatewayNamespace }),
      directory: new KubeNamespaceDirectory(on.self),
      self: on.self,
      caller: on.caller,
      broker: new BrokerKubeClient(on.transport, {
        namespace: gatewayNamespace,
        name: 'sallyport-broker',
      }),
      onVerdict: resolve,
      onFault: reject,
    });
    probe.start();
    try {
      return await promise;
    } finally {
      await probe.stop();
    }
  }

  async problems(told: Told = {}): Promise<string> {
    const { excess, lacks, exposed } = await this.verdict(told);
    return [...excess, ...lacks, ...exposed.map((sentence) => `exposed: ${sentence}`)].join('\n');
  }

  kubectl(command: string): Promise<string> {
    return this.cluster.kubectl(command.split(' '));
  }

  /** Expects that a sentence is there while something is bound, and that nothing is there after. */
  async whileBound(bound: string, sentence: string): Promise<void> {
    const [kind = '', name = ''] =
      /(clusterrolebinding|rolebinding) (\S+)/.exec(bound)?.slice(1) ?? [];
    const place = / -n (\S+)/.exec(bound)?.[0] ?? '';
    await this.kubectl(`create ${bound}`);
    await this.#eventually().toContain(sentence);
    await this.kubectl(`delete ${kind} ${name}${place}`);
    await this.#eventually().toBe('');
  }

  /** A ClusterRole with one rule, or another one in its place. */
  async defineBeyond(rule: object): Promise<void> {
    const apiVersion = 'rbac.authorization.k8s.io/v1';
    const role = { apiVersion, kind: 'ClusterRole', metadata: { name: 'beyond' }, rules: [rule] };
    await this.cluster.apply(JSON.stringify(role));
  }

  /** API servers lag a little behind a change of RBAC. */
  #eventually() {
    return expect.poll(() => this.problems(), { timeout: 20_000 });
  }
}
