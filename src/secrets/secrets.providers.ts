import type { FactoryProvider, Provider } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { NamespacesService } from '../namespaces/namespaces.service.js';
import { RequestLifetimes } from '../platform/http/request-lifetimes.js';
import { UpstreamLists } from './list/upstream-lists.js';
import { RepresentationCache } from './cache/representation-cache.js';
import { CachedSecretSource } from './read/cached-secret-source.js';
import { SecretDocuments } from './domain/cache/secret-documents.js';
import { SecretHistory } from './domain/secret-history.js';
import { EventStreams } from './rest/event-stream.js';
import { SecretLists } from './list/secret-lists.js';
import { SecretReads } from './read/secret-reads.js';
import { SecretValues } from './read/secret-values.js';
import { SecretWaits } from './read/secret-waits.js';
import { SecretDependencies } from './secrets.dependencies.js';
import { RepresentationRenderer } from './read/representation-renderer.js';
import { ChangeStreamQuota } from './watch/change-stream-quota.js';
import { ChangeStreams } from './watch/change-stream.js';
import { SecretChangeStreams } from './watch/secret-change-streams.js';

const shownStates: FactoryProvider<RepresentationRenderer> = {
  provide: RepresentationRenderer,
  inject: [RepresentationCache, SecretDocuments, SecretHistory],
  useFactory: (
    renditions: RepresentationCache,
    documents: SecretDocuments,
    history: SecretHistory,
  ) => new RepresentationRenderer({ renditions, documents, history }),
};

const source: FactoryProvider<CachedSecretSource> = {
  provide: CachedSecretSource,
  inject: [SecretDependencies],
  useFactory: (dependencies: SecretDependencies) => new CachedSecretSource(dependencies),
};

const askedLists: FactoryProvider<UpstreamLists> = {
  provide: UpstreamLists,
  inject: [SecretDependencies],
  useFactory: (dependencies: SecretDependencies) => new UpstreamLists(dependencies),
};

const lists: FactoryProvider<SecretLists> = {
  provide: SecretLists,
  inject: [SecretDependencies, NamespacesService, UpstreamLists],
  useFactory: (
    { calls, access, served, cache, states }: SecretDependencies,
    namespaces: NamespacesService,
    asked: UpstreamLists,
  ) => new SecretLists({ calls, access, served, cache, states, namespaces, asked }),
};

const values: FactoryProvider<SecretValues> = {
  provide: SecretValues,
  inject: [AuditService, CachedSecretSource],
  useFactory: (audit: AuditService, from: CachedSecretSource) =>
    new SecretValues({ audit, source: from }),
};

const changes: FactoryProvider<ChangeStreams> = {
  provide: ChangeStreams,
  inject: [SecretDependencies],
  useFactory: (dependencies: SecretDependencies) => {
    const { calls, audit, access, served, cache, history, states, standing } = dependencies;
    const shown = states;
    return new SecretChangeStreams({
      calls,
      audit,
      access,
      served,
      cache,
      history,
      shown,
      standing,
    });
  },
};

const waits: FactoryProvider<SecretWaits> = {
  provide: SecretWaits,
  inject: [SecretDependencies],
  useFactory: ({ cache, standing }: SecretDependencies) => new SecretWaits({ cache, standing }),
};

const eventStreams: FactoryProvider<EventStreams> = {
  provide: EventStreams,
  inject: [ChangeStreams, RequestLifetimes, ChangeStreamQuota],
  useFactory: (from: ChangeStreams, terms: RequestLifetimes, places: ChangeStreamQuota) =>
    new EventStreams({ changes: from, terms, places }),
};

export const secretProviders: Provider[] = [
  shownStates,
  SecretDependencies,
  source,
  SecretReads,
  askedLists,
  lists,
  values,
  changes,
  waits,
  ChangeStreamQuota,
  eventStreams,
];
