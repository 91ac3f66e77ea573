import type { Config } from './config/config.schema.js';
import { Principal } from './core/principal.js';
import { OwnIdentity } from './kubernetes/own-identity.js';
import type { SelfKubeClient } from './kubernetes/self-kube.client.js';
import { ClusterReports, type ClusterReportsParts } from './audit/ingest/cluster-reports.js';
import type { GatewayIdentity } from './audit/ingest/domain/is-report-of.js';

type Parts = Omit<ClusterReportsParts, 'gateway'> & {
  readonly self: Pick<SelfKubeClient, 'reviewOwnIdentity'>;
};

/** What takes the cluster's reports in a gateway of this configuration. */
export function openClusterReports(
  { kubernetes }: Config,
  { self, searches, writer, onBypass }: Parts,
): ClusterReports {
  const identity = new OwnIdentity(self);
  const broker = Principal.forServiceAccount({
    namespace: kubernetes.gatewayNamespace,
    name: kubernetes.brokerServiceAccount,
    uid: 'broker',
    credentialId: 'gateway',
  }).username;
  const gateway = async (): Promise<GatewayIdentity> => {
    if (kubernetes.access === 'passthrough') return { access: 'passthrough' };
    return { access: 'impersonate', username: await identity.username(), broker };
  };
  return new ClusterReports({ searches, writer, gateway, onBypass });
}
