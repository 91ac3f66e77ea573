import {
  type DynamicModule,
  type FactoryProvider,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { CallGate } from '../access/domain/call-gate.js';
import { NamedRules } from '../access/domain/named-rules.js';
import { RbacChanges } from '../access/domain/rbac-changes.js';
import { ServedNamespaces } from '../access/domain/served-namespaces.js';
import { ClusterKeys } from '../auth/domain/cluster-keys.js';
import { TokenReviewer } from '../auth/token-reviewer.js';
import { WorkloadDirectory } from '../consumers/domain/workload-directory.js';
import type { CustomResourceKind } from '../custom-resources/domain/custom-resource.js';
import { ObjectEvents } from '../custom-resources/domain/object-events.js';
import type { CustomResources } from '../custom-resources/domain/custom-resources.js';
import { RawUpstream } from '../core/forwarding.js';
import { environmentKind } from '../environments/domain/environment-spec.js';
import { SecretEnvironments } from '../environments/domain/secret-environments.js';
import { NamespaceDirectory } from '../namespaces/domain/namespace-directory.js';
import { Readiness } from '../platform/health/readiness.js';
import { Resources } from '../platform/lifecycle/resources.js';
import { RotationPolicies, rotationKind } from '../rotation/domain/rotation-policies.js';
import { SecretDocuments } from '../secrets/domain/cache/secret-documents.js';
import {
  localSchemaKind,
  LocalSecretSchemas,
  schemaKind,
  SecretSchemas,
} from '../schemas/domain/secret-schemas.js';
import { importKind } from '../shares/domain/import-spec.js';
import { SecretImports } from '../shares/domain/secret-imports.js';
import { SecretShares } from '../shares/domain/secret-shares.js';
import { shareKind } from '../shares/domain/share-spec.js';
import { AccountTokens } from '../sync/domain/account-tokens.js';
import { ExternalStores } from '../sync/domain/external-stores.js';
import { SecretSyncs } from '../sync/domain/secret-syncs.js';
import { storeKind } from '../sync/domain/store-spec.js';
import { syncKind } from '../sync/domain/sync-spec.js';
import { ServiceAccountDirectory } from '../tokens/domain/service-account-directory.js';
import { ClusterIdentity, WatchedNamespaces, SecretFeeds } from '../versions/domain/secret-feed.js';
import { BrokerKubeClient } from './broker-kube.client.js';
import { CallerCredentials } from './caller-credentials.js';
import { CallerKubeClient } from './caller-kube.client.js';
import { KubeAccountTokens } from './kube-account-tokens.js';
import { KubeClusterKeys } from './kube-cluster-keys.js';
import { KubeClusterUid } from './kube-cluster-uid.js';
import type { KubeConfigSource } from './kube-config-source.js';
import { KubeConnection } from './kube-connection.js';
import { KubeNamedRules } from './kube-named-rules.js';
import { KubeNamespaceDirectory } from './kube-namespace-directory.js';
import { KubeNamespaceUids } from './kube-namespace-uids.js';
import { KubeRawUpstream } from './kube-raw-upstream.js';
import { KubeObjectEvents } from './kube-object-events.js';
import { KubeCustomResources } from './kube-custom-resources.js';
import { KubeSecretDocuments } from './kube-secret-documents.js';
import { KubeSecretFeeds } from './kube-secret-feeds.js';
import { KubeSecretStore } from './kube-secret.store.js';
import { KubeServiceAccountDirectory } from './kube-service-account-directory.js';
import { KubeTokenReviewer } from './kube-token-reviewer.js';
import { KubeWorkloadDirectory } from './kube-workload.directory.js';
import { clientProviders, SANDBOX } from './kubernetes.providers.js';
import { OwnIdentity } from './own-identity.js';
import { RbacWatch } from './rbac-watch.js';
import { RightsProbe } from './rights-probe.js';
import { SelfKubeClient } from './self-kube.client.js';
import { ServedCollections } from './served-collections.js';

/** Returns the provider of the objects of a kind. */
function customResources(
  provide: abstract new (...args: never) => CustomResources,
  kind: CustomResourceKind,
): FactoryProvider<CustomResources> {
  return {
    provide,
    inject: [CallerKubeClient, BrokerKubeClient],
    useFactory: (caller: CallerKubeClient, broker: BrokerKubeClient) =>
      new KubeCustomResources(kind, caller, {
        plane: 'broker',
        send: (call) => broker.send(call),
      }),
  };
}

/**
 * Returns the provider of schemas or stores. The gateway reads them itself: the broker has no right
 * beyond the served namespaces, and none where there is no namespace.
 */
function schemas(
  provide: abstract new (...args: never) => CustomResources,
  kind: CustomResourceKind,
): FactoryProvider<CustomResources> {
  return {
    provide,
    inject: [CallerKubeClient, SelfKubeClient],
    useFactory: (caller: CallerKubeClient, self: SelfKubeClient) =>
      new KubeCustomResources(kind, caller, {
        plane: 'self',
        send: (call) => self.sendAboutResource(call),
      }),
  };
}

/** Implementations of the ports that features declare. */
const ports = [
  { provide: ClusterIdentity, useExisting: KubeClusterUid },
  { provide: ClusterKeys, useClass: KubeClusterKeys },
  { provide: WatchedNamespaces, useExisting: KubeNamespaceUids },
  { provide: CallGate, useExisting: RightsProbe },
  { provide: NamedRules, useClass: KubeNamedRules },
  { provide: NamespaceDirectory, useClass: KubeNamespaceDirectory },
  { provide: RawUpstream, useClass: KubeRawUpstream },
  { provide: RbacChanges, useExisting: RbacWatch },
  customResources(RotationPolicies, rotationKind),
  customResources(SecretImports, importKind),
  customResources(SecretShares, shareKind),
  customResources(SecretSyncs, syncKind),
  schemas(SecretSchemas, schemaKind),
  schemas(ExternalStores, storeKind),
  schemas(LocalSecretSchemas, localSchemaKind),
  {
    provide: SecretEnvironments,
    inject: [CallerKubeClient],
    useFactory: (caller: CallerKubeClient) => new KubeCustomResources(environmentKind, caller),
  },
  { provide: AccountTokens, useClass: KubeAccountTokens },
  { provide: ObjectEvents, useClass: KubeObjectEvents },
  { provide: SecretDocuments, useClass: KubeSecretDocuments },
  { provide: SecretFeeds, useClass: KubeSecretFeeds },
  { provide: ServiceAccountDirectory, useClass: KubeServiceAccountDirectory },
  { provide: TokenReviewer, useClass: KubeTokenReviewer },
  { provide: WorkloadDirectory, useClass: KubeWorkloadDirectory },
];

/** Module of the cluster: three clients, their watches, and the gateway's rights. */
@Module({})
export class KubernetesModule implements OnApplicationBootstrap {
  readonly #rbacWatch: RbacWatch;
  readonly #rightsProbe: RightsProbe;
  readonly #namespaces: KubeNamespaceUids;
  readonly #resources: Resources;
  readonly #readiness: Readiness;

  constructor(
    rbacWatch: RbacWatch,
    rightsProbe: RightsProbe,
    namespaces: KubeNamespaceUids,
    resources: Resources,
    readiness: Readiness,
  ) {
    readiness.addWarnings(() =>
      rightsProbe.warning === undefined ? {} : { rights: rightsProbe.warning },
    );
    this.#rbacWatch = rbacWatch;
    this.#rightsProbe = rightsProbe;
    this.#namespaces = namespaces;
    this.#resources = resources;
    this.#readiness = readiness;
  }

  /** Returns the module; `sandbox`: how to connect to the running sandbox in that mode. */
  static with(sandbox: KubeConfigSource | undefined): DynamicModule {
    return {
      module: KubernetesModule,
      global: true,
      providers: [
        { provide: SANDBOX, useValue: sandbox },
        ...clientProviders,
        ...ports,
        KubeClusterUid,
        KubeSecretStore,
        OwnIdentity,
        ServedCollections,
      ],
      exports: [
        ...ports.map(({ provide }) => provide),
        BrokerKubeClient,
        CallerCredentials,
        CallerKubeClient,
        KubeClusterUid,
        KubeConnection,
        KubeNamespaceUids,
        KubeSecretStore,
        OwnIdentity,
        RbacWatch,
        RightsProbe,
        SelfKubeClient,
        ServedCollections,
        ServedNamespaces,
      ],
    };
  }

  onApplicationBootstrap(): void {
    const probe = this.#rightsProbe;
    // After the checks of all features: operators know the order of the report.
    this.#readiness.addCheck({
      name: 'rights',
      probe: () => probe.check(),
      reasons: () => probe.problems,
    });
    for (const part of [this.#rbacWatch, this.#rightsProbe, this.#namespaces]) {
      this.#resources.defer(() => part.stop());
      part.start();
    }
  }
}
