import { type KeyObject, randomUUID } from 'node:crypto';
import type { Anchor } from './audit/anchors/anchor.js';
import { AnchoredLog } from './audit/anchors/anchored-log.js';
import { AuditAnchors } from './audit/anchors/audit-anchors.js';
import { KubeAnchorConfigMaps } from './audit/anchors/kube-anchor-config-maps.js';
import { anchorRow } from './audit/anchors/anchor-keeper.js';
import { openAnchors } from './audit/anchors/open-anchors.js';
import type { AuditFacts } from './audit/domain/audit-event.js';
import { LogStore, type StoredCheckpoint } from './audit/log/log-store.js';
import { knownVerifiers } from './audit/log/open-audit-log.js';
import { TileReader } from './audit/log/tile-reader.js';
import { AuditRetention } from './audit/retention/audit-retention.js';
import { AuditSinks } from './audit/sinks/audit-sinks.js';
import { Outbox } from './audit/sinks/outbox.js';
import type { Config } from './platform/config/config.schema.js';
import type { SelfKubeClient } from './kubernetes/self-kube.client.js';
import { AdoptedFile } from './platform/storage/adopted-file.js';
import type { Database } from './platform/storage/database.js';
import type { StorageLocation } from './platform/storage/storage-location.js';
import { version } from './core/version.js';

export interface AuditOutletsParts {
  readonly database: Database;
  /** The key of the MACs of rows. */
  readonly rowKey: Promise<KeyObject>;
  readonly self: SelfKubeClient;
  /** Writes an event of the gateway's own into the log. */
  readonly record: (facts: AuditFacts) => Promise<void>;
  readonly onAlarm: (message: string) => void;
  /** That something is gone which this process has written or signed, as a sentence. */
  readonly loss?: () => string | undefined;
  /** Told when an operator has accepted a rollback. */
  readonly onAccepted?: () => void;
  /** Told when requests are served that were refused because of one. */
  readonly onReleased?: () => void;
}

export type AuditOutlets = ReturnType<typeof openAuditOutlets>;

/** Where the audit log goes beside its database: anchors, sinks; and what of it is pruned. */
export function openAuditOutlets(config: Config, parts: AuditOutletsParts) {
  const { audit, dataDir, kubernetes } = config;
  const { location } = parts.database;
  const { rowKey, onAlarm } = parts;
  const places = openAnchors(audit.anchors, {
    dataDir,
    gatewayNamespace: kubernetes.gatewayNamespace,
    configMaps: (ref) => new KubeAnchorConfigMaps(parts.self, ref),
  });
  const sinks = new AuditSinks({ sinks: audit.sinks, location, version, rowKey, onAlarm });
  const rows = { anchors: places.map(anchorRow), sinks: audit.sinks.map(({ name }) => name) };
  const retention = new AuditRetention({
    data: { location, retention: audit.retention, ...rows },
    rowKey,
    record: ({ from, to }) =>
      parts.record({ action: 'audit.prune', log: { prunedFrom: from, prunedTo: to } }),
    onAlarm,
  });
  const startOthers = (): void => {
    sinks.start();
    retention.start();
  };
  const anchors = anchorsAt(places, config, {
    ...parts,
    onReleased: () => {
      startOthers();
      parts.onReleased?.();
    },
  });
  return {
    guard: anchors.guard,
    signed: (checkpoint: StoredCheckpoint) => anchors.signed(checkpoint),
    suspect: () => anchors.suspect(),
    sinks,
    /** After the first look of the guard; what is refused starts once it is not. */
    start(): void {
      anchors.start();
      if (anchors.guard.refusal === undefined) startOthers();
    },
    /** By check, in words for whoever may read the health listener. */
    warnings: () => ({ ...anchors.warnings(), ...sinks.warnings(), ...retention.warnings() }),
    /** The last checkpoint is anchored, what is left is fed; both within a bounded time. */
    async stop(): Promise<void> {
      await Promise.all([retention.stop(), anchors.stop()]);
      await sinks.stop();
    },
  };
}

function anchorsAt(
  anchors: readonly Anchor[],
  config: Config,
  parts: AuditOutletsParts,
): AuditAnchors {
  const { database, rowKey, record, onAlarm, loss, onAccepted, onReleased } = parts;
  const store = new LogStore(database);
  return new AuditAnchors({
    anchors,
    log: new AnchoredLog({
      ...{ database, store, tiles: new TileReader(store) },
      verifiers: knownVerifiers(config),
    }),
    outbox: new Outbox({ database, owner: randomUUID(), rowKey }),
    settings: config.audit,
    record: ({ size, root }, place) => {
      const rootHash = Buffer.from(root).toString('base64');
      return record({ action: 'audit.anchor', log: { place, treeSize: size, rootHash } });
    },
    onAlarm,
    guard: {
      isReplaced: replacementOf(database.location),
      ...(loss && { loss }),
      ...(onAccepted && { onAccepted }),
      ...(onReleased && { onReleased }),
    },
  });
}

/** Tells whether the thread that appends has taken another file for the database since. */
function replacementOf(location: StorageLocation): () => boolean {
  if (location.dialect !== 'sqlite') return () => false;
  const adopted = new AdoptedFile(location.adopted);
  const { database } = adopted;
  return () => adopted.database !== database;
}
