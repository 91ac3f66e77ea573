import { Inject, Injectable } from '@nestjs/common';
import { AccessService } from '../access/access.service.js';
import { ServedNamespaces } from '../access/domain/served-namespaces.js';
import { AuditService } from '../audit/audit.service.js';
import { CallRunner } from '../calls/call-runner.service.js';
import { Clock } from '../core/clock.js';
import { unavailable } from '../core/errors/sallyport-error.js';
import { Authors } from '../custom-resources/authors.service.js';
import type { CustomResourceFeed } from '../custom-resources/domain/custom-resources.js';
import { ObjectRecords } from '../custom-resources/domain/object-records.js';
import { SecretCache } from '../secrets/domain/cache/secret-cache.js';
import type { SecretRef } from '../secrets/domain/secret.js';
import { WatchedNamespaces } from '../versions/domain/secret-feed.js';
import type { ParsedImport } from './domain/import-spec.js';
import { ImportFeed, ImportRegistry, SecretImports } from './domain/secret-imports.js';
import { SecretShares, ShareFeed, ShareRegistry } from './domain/secret-shares.js';
import { ImportsByShare } from './imports-by-share.js';
import { LastReads } from './last-reads.js';
import { SharesByConsumer } from './shares-by-consumer.js';
import { LiveDeliveries } from './live-deliveries.js';
import { SharedSecrets } from './shared-secrets.js';
import { ShareStates } from './share-states.js';

/** Dependencies of reads and changes of shares and imports. */
@Injectable()
export class ShareDependencies {
  readonly access: AccessService;
  readonly served: ServedNamespaces;
  readonly audit: AuditService;
  readonly calls: CallRunner;
  readonly clock: Clock;
  readonly namespaces: Pick<WatchedNamespaces, 'known' | 'confirm'>;
  readonly records: ObjectRecords;
  readonly shares: SecretShares;
  readonly knownShares: ShareRegistry;
  readonly shareFeed: ShareFeed;
  readonly imports: SecretImports;
  readonly knownImports: ImportRegistry;
  readonly importFeed: ImportFeed;
  readonly importsByShare: ImportsByShare;
  readonly sharesByConsumer: SharesByConsumer;
  readonly lastReads: LastReads;
  readonly states: ShareStates;
  readonly authors: Authors;
  readonly secrets: SharedSecrets;
  readonly cache: SecretCache;
  readonly deliveries: LiveDeliveries;

  constructor(
    access: AccessService,
    served: ServedNamespaces,
    audit: AuditService,
    calls: CallRunner,
    clock: Clock,
    @Inject(WatchedNamespaces) namespaces: Pick<WatchedNamespaces, 'known' | 'confirm'>,
    records: ObjectRecords,
    shares: SecretShares,
    knownShares: ShareRegistry,
    shareFeed: ShareFeed,
    imports: SecretImports,
    knownImports: ImportRegistry,
    importFeed: ImportFeed,
    importsByShare: ImportsByShare,
    sharesByConsumer: SharesByConsumer,
    lastReads: LastReads,
    states: ShareStates,
    authors: Authors,
    secrets: SharedSecrets,
    cache: SecretCache,
    deliveries: LiveDeliveries,
  ) {
    this.access = access;
    this.served = served;
    this.audit = audit;
    this.calls = calls;
    this.clock = clock;
    this.namespaces = namespaces;
    this.records = records;
    this.shares = shares;
    this.knownShares = knownShares;
    this.shareFeed = shareFeed;
    this.imports = imports;
    this.knownImports = knownImports;
    this.importFeed = importFeed;
    this.importsByShare = importsByShare;
    this.sharesByConsumer = sharesByConsumer;
    this.lastReads = lastReads;
    this.states = states;
    this.authors = authors;
    this.secrets = secrets;
    this.cache = cache;
    this.deliveries = deliveries;
  }

  /**
   * Returns an import with the uid that its namespace has now. The watch of imports can be ahead of
   * that of namespaces: it then took an import of a recreated namespace for one of its predecessor.
   */
  importNow(ref: SecretRef): ParsedImport | undefined {
    const imported = this.knownImports.get(ref);
    const namespace = this.namespaces.known(ref.namespace);
    if (imported === undefined || namespace === undefined) return undefined;
    const { uid: namespaceUid } = namespace;
    return imported.namespaceUid === namespaceUid ? imported : { ...imported, namespaceUid };
  }

  /** Reports whether all objects of a namespace are known. */
  isKnown(feed: Pick<CustomResourceFeed, 'knowsAll'>, namespace: string): boolean {
    // An absent namespace has no uid, and nothing in it.
    const { uid = '' } = this.namespaces.known(namespace) ?? {};
    return feed.knowsAll(namespace, uid);
  }

  /** Throws Unavailable unless all objects of a namespace are known. */
  requireKnown(feed: Pick<CustomResourceFeed, 'knowsAll'>, namespace: string): void {
    if (this.isKnown(feed, namespace)) return;
    throw unavailable('shares of Secrets are not known now', { internal: namespace });
  }
}
