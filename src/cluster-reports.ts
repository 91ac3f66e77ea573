import { AuditSpace, reportUse } from './audit/audit-space.js';
import type { Config } from './platform/config/config.schema.js';
import type { Clock } from './core/clock.js';
import { Principal } from './core/principal.js';
import { OwnIdentity } from './kubernetes/own-identity.js';
import type { SelfKubeClient } from './kubernetes/self-kube.client.js';
import type { Database } from './platform/storage/database.js';
import type { AppLogger } from './platform/telemetry/app-logger.js';
import { ClusterReports, type ClusterReportsParts } from './audit/ingest/cluster-reports.js';
import { ReportIntake } from './audit/ingest/report-intake.js';
import type { GatewayIdentity } from './audit/ingest/domain/is-report-of.js';

type Parts = Omit<ClusterReportsParts, 'gateway' | 'intake'> & {
  readonly database: Pick<Database, 'writers' | 'location'>;
  readonly logger: Pick<AppLogger, 'alarm'>;
  readonly clock: Clock;
  readonly self: Pick<SelfKubeClient, 'reviewOwnIdentity'>;
};

/** What takes the cluster's reports in a gateway of this configuration, and how much of them. */
export function openClusterReports(
  { kubernetes }: Config,
  { self, searches, writer, onBypass, database, clock, logger }: Parts,
) {
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
  const onAlarm = (message: string): void => logger.alarm(message);
  const space = new AuditSpace(database.location, { use: reportUse, onAlarm });
  const reportIntake = new ReportIntake({ space });
  const parts = { searches, writer, intake: reportIntake, gateway, onBypass };
  return { clusterReports: new ClusterReports(parts), reportIntake };
}
