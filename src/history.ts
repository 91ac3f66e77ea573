import type { AuditService } from './audit/audit.service.js';
import { gatewayCaller } from './audit/gateway-caller.js';
import type { Cluster } from './cluster.js';
import type { Config } from './platform/config/config.schema.js';
import type { Clock } from './core/clock.js';
import { toSallyportError } from './core/errors/sallyport-error.js';
import { limits } from './core/limits.js';
import type { KeyRing } from './encryption/key-ring.js';
import { KubeClusterUid } from './kubernetes/kube-cluster-uid.js';
import { KubeNamespaceUids } from './kubernetes/kube-namespace-uids.js';
import { SecretWatch } from './kubernetes/secret-watch.js';
import { NoHistory, type SecretHistory } from './secrets/domain/secret-history.js';
import type { Database } from './platform/storage/database.js';
import { checkFreeSpace } from './platform/storage/free-space.js';
import type { Telemetry } from './platform/telemetry/telemetry.js';
import { openCapture } from './versions/capture/open-capture.js';
import { OutsideWrites } from './versions/capture/outside-writes.js';
import type { PruneNote } from './versions/capture/prune-notes.js';
import type { SkipNote } from './versions/capture/skip-notes.js';
import { typesFieldSelector } from './versions/domain/excluded.js';
import { retentionLimits } from './versions/domain/retention-limits.js';
import type { FeedSink } from './versions/domain/secret-feed.js';
import type { ReportedWrite } from './versions/domain/outside-write.js';
import type { VersionsStore } from './versions/domain/versions.store.js';

export interface HistoryParts extends Pick<Telemetry, 'logger' | 'metrics'> {
  readonly cluster: Pick<Cluster, 'self' | 'broker' | 'served' | 'rbacWatch'>;
  readonly database: Database;
  readonly store: VersionsStore;
  readonly keys: KeyRing;
  readonly audit: AuditService;
  readonly clock: Clock;
}

/** History as the rest of the gateway sees it. */
export interface RunningHistory {
  readonly secretHistory: SecretHistory;
  /** The uid of the cluster; throws Unavailable before it was reached. */
  clusterUid(): string;
  /** Which incarnation of a namespace there is, as last heard and as it is. */
  readonly namespaces: KubeNamespaceUids;
  /** Whether changes of a namespace's Secrets are seen just now. */
  isFollowing(namespace: string): boolean;
  /** The cluster reports a call that bypassed the gateway: it may say who made a version. */
  noteBypass(report: ReportedWrite): void;
  /** Begins in the background; nothing is thrown. */
  start(): void;
  /** Takes away what has become too old; to be called now and then. Throws as storage does. */
  sweep(): Promise<void>;
  /** Resolves once nothing of it runs; the database may be closed then. */
  stop(): Promise<void>;
  /** What keeps history from being recorded, for operators. */
  warnings(): Readonly<Record<string, string>>;
}

const NAMED_MAX = 5;
const FULL = { outcome: 'failed', code: 507, plane: 'none', upstreamIds: [] } as const;
const DONE = { outcome: 'allowed', code: 200, plane: 'none', upstreamIds: [] } as const;

/** Puts capture together; it is off where it is not wanted, and where there is no broker. */
export function openHistory(config: Config, parts: HistoryParts): RunningHistory {
  const clusterUid = new KubeClusterUid(parts.cluster.self);
  const namespaces = new KubeNamespaceUids(parts.cluster.self, (error) => {
    parts.logger.unexpectedError(toSallyportError(error));
  });
  const isOn = config.versions.enabled && config.kubernetes.access !== 'passthrough';
  const capture = isOn ? captureOf(config, parts, { clusterUid, namespaces }) : undefined;
  const outside = new OutsideWrites(parts.store, {}, (state) => capture?.attributed(state));
  const stopping = new AbortController();
  return {
    secretHistory: capture?.history ?? new NoHistory(),
    clusterUid: () => clusterUid.get(),
    namespaces,
    isFollowing: (namespace) => capture?.feed.isLive(namespace) ?? false,
    noteBypass: (report) => (isOn ? outside.note(report) : undefined),
    start(): void {
      namespaces.start();
      capture?.start();
      // Nothing can be sealed before it is known for which cluster.
      void clusterUid.learn(stopping.signal).then(() => {
        if (!stopping.signal.aborted) capture?.feed.start();
      });
    },
    sweep: async () => capture?.sweep(),
    async stop(): Promise<void> {
      stopping.abort();
      await outside.stop();
      await capture?.stop();
      await capture?.feed.stop();
      await namespaces.stop();
    },
    warnings: () => (capture === undefined ? {} : warningsOf(capture)),
  };
}

function warningsOf({ problem, feed, full }: ReturnType<typeof captureOf>) {
  if (problem !== undefined) return { history: `nothing is recorded: ${problem}` };
  if (full.length > 0) return { history: quotaWarning(full) };
  const { length } = feed.lapsed;
  if (length === 0) return {};
  return { history: `Secrets of ${length} served namespace(s) are not followed just now` };
}

/** Names few, since a line has to be read. */
function quotaWarning(full: readonly string[]): string {
  const named = full.slice(-NAMED_MAX).join(', ');
  return (
    `versions are left out in ${full.length} namespace(s) whose quota is full of versions that ` +
    `versions.minAge and versions.minCount protect: ${named}`
  );
}

function captureOf(
  config: Config,
  parts: HistoryParts,
  found: { readonly clusterUid: KubeClusterUid; readonly namespaces: KubeNamespaceUids },
) {
  const { store, keys, clock, cluster, metrics, logger, audit } = parts;
  const { namespaces, clusterUid } = found;
  const { exclude } = config.versions;
  const isFollowed = (namespace: string): boolean =>
    cluster.served.isServed(namespace) && !exclude.namespaces.includes(namespace);
  const onFault = (error: unknown): void => logger.unexpectedError(toSallyportError(error));
  const caller = () => gatewayCaller(config.kubernetes.gatewayNamespace);
  const capture = openCapture({
    ...{ store, keys, clock, namespaces, isFollowed, onFault },
    cluster: () => clusterUid.get(),
    limits: retentionLimits(config.versions),
    exclusions: exclude,
    writers: parts.database.writers,
    requireRoom: () => requireRoom(parts.database),
    recordPrune: (note) => audit.record(caller(), pruneFacts(note), DONE),
    recordSkip: (note) => {
      logger.versionsSkipped(note.namespace, note.count);
      return audit.record(caller(), skipFacts(note), FULL);
    },
    onSkipped: () => metrics.versionSkipped(),
    onRecorded: (versions, gaps) => metrics.versionsRecorded(versions, gaps),
    feedOf: (sink) => watchOf(config, parts, { namespaces, sink, isFollowed }),
  });
  metrics.watchHistory(() => capture.measure);
  cluster.rbacWatch.onChange((concern) => {
    capture.feed.nudge(concern === 'all' ? undefined : concern.namespace);
  });
  return capture;
}

function watchOf(
  { namespaces: { scope, served }, versions, kubernetes }: Config,
  { cluster, logger, audit }: HistoryParts,
  followed: {
    readonly namespaces: KubeNamespaceUids;
    readonly sink: FeedSink;
    readonly isFollowed: (namespace: string) => boolean;
  },
): SecretWatch {
  const { gatewayNamespace, brokerServiceAccount } = kubernetes;
  return new SecretWatch({
    ...followed,
    broker: cluster.broker,
    // Where all is served the broker is bound cluster-wide, else in each namespace by itself.
    isClusterWide: scope === 'cluster' && served.includes('*'),
    fieldSelector: typesFieldSelector(versions.exclude.types),
    record: (namespace, announcements) => {
      const facts = { action: 'secrets.watch', ...(namespace !== '' && { namespace }) } as const;
      const broker = gatewayCaller(gatewayNamespace, brokerServiceAccount);
      return audit.record(broker, facts, { ...DONE, plane: 'broker', upstreamIds: announcements });
    },
    onState: (stream, isLive, error) => {
      const cause = error === undefined ? undefined : toSallyportError(error);
      logger.watchChanged(`secrets of ${stream}`, isLive, cause?.internal ?? cause?.code);
    },
    onFault: (error) => logger.unexpectedError(toSallyportError(error)),
  });
}

function pruneFacts({ history, version, count }: PruneNote) {
  const { namespace, name: secret } = history;
  return { action: 'versions.prune', namespace, secret, version, count } as const;
}

function skipFacts({ namespace, secret, count }: SkipNote) {
  const named = secret === undefined ? {} : { secret };
  return { action: 'versions.skip', namespace, ...named, count } as const;
}

function requireRoom({ location }: Database): void {
  if (location.dialect === 'sqlite') checkFreeSpace(location.path, limits.versionFreeBytesMin);
}
