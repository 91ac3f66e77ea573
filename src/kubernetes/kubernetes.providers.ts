import type { FactoryProvider, Provider } from '@nestjs/common';
import { ServedNamespaces } from '../access/domain/served-namespaces.js';
import { toSallyportError } from '../core/errors/sallyport-error.js';
import { NamespaceDirectory } from '../namespaces/domain/namespace-directory.js';
import type { Config } from '../platform/config/config.schema.js';
import { CONFIG } from '../platform/config/config.token.js';
import { Readiness } from '../platform/health/readiness.js';
import { Resources } from '../platform/lifecycle/resources.js';
import { AppLogger } from '../platform/telemetry/app-logger.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { Tracer } from '../platform/telemetry/tracer.js';
import { BrokerKubeClient } from './broker-kube.client.js';
import { CallerCredentials } from './caller-credentials.js';
import { CallerKubeClient } from './caller-kube.client.js';
import { KubeClients } from './kube-clients.js';
import type { KubeConfigSource } from './kube-config-source.js';
import { KubeConnection } from './kube-connection.js';
import { KubeNamespaceUids } from './kube-namespace-uids.js';
import { KubeTransport } from './kube-transport.js';
import { observeUpstream } from './observe-upstream.js';
import { RbacWatch } from './rbac-watch.js';
import { RightsProbe } from './rights-probe.js';
import { SelfKubeClient } from './self-kube.client.js';

/** Injects the source of the sandbox that is running, or undefined. */
export const SANDBOX = Symbol('sandbox');

const connection: FactoryProvider<Promise<KubeConnection>> = {
  provide: KubeConnection,
  inject: [CONFIG, SANDBOX],
  useFactory: async ({ kubernetes }: Config, sandbox: KubeConfigSource | undefined) => {
    const { mode, kubeconfig: path = '' } = kubernetes;
    if (mode !== 'sandbox') {
      return KubeConnection.open(mode === 'in-cluster' ? { mode } : { mode, path });
    }
    if (sandbox === undefined) throw new Error('no sandbox is running');
    return new KubeConnection(sandbox);
  },
};

const transport: FactoryProvider<KubeTransport> = {
  provide: KubeTransport,
  inject: [KubeConnection, Metrics, Tracer, Resources],
  useFactory: (
    to: KubeConnection,
    metrics: Metrics,
    tracer: Tracer,
    resources: Resources,
  ): KubeTransport => {
    const opened = new KubeTransport(to, observeUpstream(metrics, tracer));
    resources.defer(() => opened.close());
    return opened;
  },
};

const self: FactoryProvider<SelfKubeClient> = {
  provide: SelfKubeClient,
  inject: [KubeTransport, Readiness],
  useFactory: (over: KubeTransport, readiness: Readiness) => {
    const client = new SelfKubeClient(over);
    const probe = async (signal: AbortSignal): Promise<void> => {
      if (!(await client.isReady({ signal }))) throw new Error('the API server is not ready');
    };
    readiness.addCheck({ name: 'cluster', probe });
    return client;
  },
};

const caller: FactoryProvider<CallerKubeClient> = {
  provide: CallerKubeClient,
  inject: [CONFIG, KubeTransport, CallerCredentials],
  useFactory: ({ kubernetes }: Config, over: KubeTransport, credentials: CallerCredentials) =>
    new CallerKubeClient(
      over,
      kubernetes.access === 'passthrough'
        ? { mode: 'passthrough', credentials }
        : { mode: 'impersonate' },
    ),
};

const broker: FactoryProvider<BrokerKubeClient> = {
  provide: BrokerKubeClient,
  inject: [CONFIG, KubeTransport],
  useFactory: ({ kubernetes }: Config, over: KubeTransport) =>
    new BrokerKubeClient(over, {
      namespace: kubernetes.gatewayNamespace,
      name: kubernetes.brokerServiceAccount,
    }),
};

const servedNamespaces: FactoryProvider<ServedNamespaces> = {
  provide: ServedNamespaces,
  inject: [CONFIG],
  useFactory: ({ kubernetes, namespaces }: Config) => {
    // Passthrough has no broker: every namespace counts as not served.
    const isPassthrough = kubernetes.access === 'passthrough';
    return new ServedNamespaces({
      patterns: isPassthrough ? [] : namespaces.served,
      scope: isPassthrough ? 'cluster' : namespaces.scope,
      gatewayNamespace: kubernetes.gatewayNamespace,
    });
  },
};

const namespaceUids: FactoryProvider<KubeNamespaceUids> = {
  provide: KubeNamespaceUids,
  inject: [SelfKubeClient, AppLogger],
  useFactory: (client: SelfKubeClient, logger: AppLogger) =>
    new KubeNamespaceUids(client, (error) => logger.fault(error)),
};

const rbacWatch: FactoryProvider<RbacWatch> = {
  provide: RbacWatch,
  inject: [SelfKubeClient, AppLogger],
  useFactory: (client: SelfKubeClient, logger: AppLogger) =>
    new RbacWatch(client, {
      onState: (resource, isLive, error) => {
        const cause = error === undefined ? undefined : toSallyportError(error);
        logger.watchChanged(resource, isLive, cause?.internal ?? cause?.code);
      },
      onFault: (error) => logger.fault(error),
    }),
};

const rightsProbe: FactoryProvider<RightsProbe> = {
  provide: RightsProbe,
  inject: [CONFIG, KubeClients, ServedNamespaces, NamespaceDirectory, AppLogger],
  useFactory: (
    { kubernetes, namespaces, secrets, kubectl }: Config,
    clients: KubeClients,
    served: ServedNamespaces,
    directory: NamespaceDirectory,
    logger: AppLogger,
  ) => {
    const { access, gatewayNamespace, brokerServiceAccount } = kubernetes;
    return new RightsProbe({
      self: clients.self,
      caller: clients.caller,
      broker: clients.broker,
      served,
      directory,
      allowsExcess: kubernetes.allowExcessRights,
      allowsClusterCredentials: secrets.allowClusterCredentials,
      setup: {
        access,
        scope: namespaces.scope,
        gatewayNamespace,
        broker: brokerServiceAccount,
        resources: kubectl.resources,
      },
      onVerdict: ({ profile, excess, lacks, exposed }) =>
        logger.rightsJudged(profile, [...excess, ...lacks, ...exposed]),
      onAlarm: (sentence) => logger.alarm(sentence),
      onFault: (error) => logger.fault(error),
    });
  },
};

export const clientProviders: Provider[] = [
  connection,
  transport,
  self,
  CallerCredentials,
  caller,
  broker,
  KubeClients,
  servedNamespaces,
  namespaceUids,
  rbacWatch,
  rightsProbe,
];
