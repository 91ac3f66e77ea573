import type { Config } from './config/config.schema.js';
import type { Clock } from './core/clock.js';
import { Principal } from './core/principal.js';
import { OwnIdentity } from './kubernetes/own-identity.js';
import type { SelfKubeClient } from './kubernetes/self-kube.client.js';
import type { Database } from './storage/database.js';
import { ClusterReports, type ClusterReportsParts } from './audit/ingest/cluster-reports.js';
import type { GatewayIdentity } from './audit/ingest/domain/is-report-of.js';

type Parts = Omit<ClusterReportsParts, 'gateway'> & {
  readonly database: Pick<Database, 'writers'>;
  readonly clock: Clock;
  readonly self: Pick<SelfKubeClient, 'reviewOwnIdentity'>;
};

/** What takes the cluster's reports in a gateway of this configuration. */
export function openClusterReports(
  { kubernetes }: Config,
  { self, searches, writer, onBypass, database, clock }: Parts,
): ClusterReports {
  const startedAtMs = database.writers === 'one' ? clock.nowMs() : undefined;
  const identity = new OwnIdentity(self);
  const broker = Principal.forServiceAccount({
    namespace: kubernetes.gatewayNamespace,
    name: kubernetes.brokerServiceAccount,
    uid: 'broker',
    credentialId: 'gateway',
  }).username;
  const gateway = async (): Promise<GatewayIdentity> => {
    if (kubernetes.access === 'passthrough') return { access: 'passthrough', startedAtMs };
    const username = await identity.username();
    return { access: 'impersonate', username, broker, startedAtMs };
  };
  return new ClusterReports({ searches, writer, gateway, onBypass });
}
