import { DecisionCache, type DecisionSource } from './access/decision-cache.js';
import { ServedNamespaces } from './access/domain/served-namespaces.js';
import { StandingRights } from './access/standing-rights.service.js';
import { KubeAccessService } from './access/kube-access.service.js';
import { Authenticator } from './auth/authenticator.js';
import type { CredentialVerifier } from './auth/credential-verifier.js';
import { openAuthentication } from './authentication.js';
import type { Config } from './platform/config/config.schema.js';
import { SystemClock } from './core/clock.js';
import { toSallyportError } from './core/errors/sallyport-error.js';
import { BearerCredential } from './kubernetes/bearer-credential.js';
import { BrokerKubeClient } from './kubernetes/broker-kube.client.js';
import { CallerCredentials } from './kubernetes/caller-credentials.js';
import { CallerKubeClient } from './kubernetes/caller-kube.client.js';
import type { KubeConfigSource } from './kubernetes/kube-config-source.js';
import { KubeConnection } from './kubernetes/kube-connection.js';
import { KubeNamedRules } from './kubernetes/kube-named-rules.js';
import { KubeNamespaceDirectory } from './kubernetes/kube-namespace-directory.js';
import { KubeRawUpstream } from './kubernetes/kube-raw-upstream.js';
import { KubeSecretStore } from './kubernetes/kube-secret.store.js';
import { KubeServiceAccountDirectory } from './kubernetes/kube-service-account-directory.js';
import { KubeTransport } from './kubernetes/kube-transport.js';
import { observeUpstream } from './kubernetes/observe-upstream.js';
import { RbacWatch } from './kubernetes/rbac-watch.js';
import { RightsProbe, type RightsProbeParts } from './kubernetes/rights-probe.js';
import { SelfKubeClient } from './kubernetes/self-kube.client.js';
import type { SecretStore } from './secrets/domain/secret.store.js';
import type { AppLogger } from './platform/telemetry/app-logger.js';
import type { Telemetry } from './platform/telemetry/telemetry.js';

async function connectionTo(
  { kubernetes }: Config,
  sandbox: KubeConfigSource | undefined,
): Promise<KubeConnection> {
  const { mode, kubeconfig: path = '' } = kubernetes;
  if (mode !== 'sandbox') {
    return KubeConnection.open(mode === 'in-cluster' ? { mode } : { mode, path });
  }
  if (sandbox === undefined) throw new Error('no sandbox is running');
  return new KubeConnection(sandbox);
}

export type Cluster = Awaited<ReturnType<typeof openCluster>>;

/** Opens what the gateway knows of its cluster: clients, decisions, and who calls it. */
export async function openCluster(
  config: Config,
  telemetry: Telemetry,
  sandbox?: KubeConfigSource,
) {
  const connection = await connectionTo(config, sandbox);
  const { kubernetes } = config;
  const { logger, metrics, tracer } = telemetry;
  const transport = new KubeTransport(connection, observeUpstream(metrics, tracer));
  const self = new SelfKubeClient(transport);
  const deciding = decisionsOf(self, kubernetes, telemetry);
  const isPassthrough = kubernetes.access === 'passthrough';
  const credentials = new CallerCredentials();
  const caller = new CallerKubeClient(
    transport,
    isPassthrough ? { mode: 'passthrough', credentials } : { mode: 'impersonate' },
  );
  const broker = new BrokerKubeClient(transport, {
    namespace: kubernetes.gatewayNamespace,
    name: kubernetes.brokerServiceAccount,
  });
  const parts = { self, connection, logger, clock: new SystemClock() };
  const authentication = await openAuthentication(config, parts);
  const served = servedBy(config);
  const directory = new KubeNamespaceDirectory(self);
  const clients = { self, caller, broker, served, directory };
  const store: SecretStore = new KubeSecretStore(caller, broker);
  return {
    ...{ self, broker, caller, authentication, apiServer: addressOf(connection) },
    rightsProbe: probeRights(config, clients, logger),
    closeConnections: () => {
      transport.close();
    },
    store,
    upstream: new KubeRawUpstream(caller, self),
    ...deciding,
    accounts: new KubeServiceAccountDirectory(self),
    namedRules: new KubeNamedRules(self, parts.clock),
    ...{ directory, served },
    authenticatorWith: (own: readonly CredentialVerifier[]) =>
      new Authenticator([...own, ...authentication.verifiers], (principal, token) => {
        if (!isPassthrough) return;
        credentials.remember(principal, new BearerCredential(token.reveal().toString('ascii')));
      }),
  };
}

/** What is decided about callers, and what changes it. */
function decisionsOf(
  self: SelfKubeClient,
  { authorizers }: Config['kubernetes'],
  { logger, metrics }: Telemetry,
) {
  const rbacWatch = watchRbac(self, logger);
  const onDecision = (source: DecisionSource): void => metrics.decided(source);
  const decisions = new DecisionCache({ changes: rbacWatch, onDecision });
  const access = new KubeAccessService(self, { cache: decisions, authorizers });
  return { access, decisions, rbacWatch, standing: new StandingRights(access, rbacWatch) };
}

function addressOf({ server }: KubeConnection): { readonly host: string; readonly port: number } {
  const usual = server.protocol === 'https:' ? 443 : 80;
  const host = server.hostname.replace(/^\[(.*)\]$/, '$1');
  return { host, port: server.port === '' ? usual : Number(server.port) };
}

function servedBy({ kubernetes, namespaces }: Config): ServedNamespaces {
  const isPassthrough = kubernetes.access === 'passthrough';
  return new ServedNamespaces({
    // Passthrough has no broker: every namespace counts as not served.
    patterns: isPassthrough ? [] : namespaces.served,
    scope: isPassthrough ? 'cluster' : namespaces.scope,
    gatewayNamespace: kubernetes.gatewayNamespace,
  });
}

function probeRights(
  { kubernetes, namespaces, secrets, kubectl: { resources } }: Config,
  clients: Pick<RightsProbeParts, 'self' | 'caller' | 'broker' | 'served' | 'directory'>,
  logger: AppLogger,
): RightsProbe {
  const { access, gatewayNamespace, brokerServiceAccount: broker } = kubernetes;
  return new RightsProbe({
    ...clients,
    allowsExcess: kubernetes.allowExcessRights,
    allowsClusterCredentials: secrets.allowClusterCredentials,
    setup: { access, scope: namespaces.scope, gatewayNamespace, broker, resources },
    onVerdict: ({ profile, excess, lacks, exposed }) =>
      logger.rightsJudged(profile, [...excess, ...lacks, ...exposed]),
    onAlarm: (sentence) => logger.alarm(sentence),
    onFault: (error) => logger.unexpectedError(error),
  });
}

function watchRbac(self: SelfKubeClient, logger: AppLogger): RbacWatch {
  return new RbacWatch(self, {
    onState: (resource, isLive, error) => {
      const cause = error === undefined ? undefined : toSallyportError(error);
      logger.watchChanged(resource, isLive, cause?.internal ?? cause?.code);
    },
    onFault: (error) => logger.unexpectedError(toSallyportError(error)),
  });
}
