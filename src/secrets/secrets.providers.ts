import type { FactoryProvider, Provider } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { NamespacesService } from '../namespaces/namespaces.service.js';
import { RequestTerms } from '../platform/http/request-terms.js';
import { AskedLists } from './list/asked-lists.js';
import { Renditions } from './cache/renditions.js';
import { CachedSecretSource } from './read/cached-secret-source.js';
import { SecretDocuments } from './domain/cache/secret-documents.js';
import { SecretHistory } from './domain/secret-history.js';
import { EventStreams } from './rest/event-stream.js';
import { SecretLists } from './list/secret-lists.js';
import { SecretReads } from './read/secret-reads.js';
import { SecretValues } from './read/secret-values.js';
import { SecretWaits } from './read/secret-waits.js';
import { SecretDependencies } from './secrets.dependencies.js';
import { ShownStates } from './read/shown-states.js';
import { ChangeStreamPlaces } from './watch/change-stream-places.js';
import { ChangeStreams } from './watch/change-stream.js';
import { SecretChangeStreams } from './watch/secret-change-streams.js';

const shownStates: FactoryProvider<ShownStates> = {
  provide: ShownStates,
  inject: [Renditions, SecretDocuments, SecretHistory],
  useFactory: (renditions: Renditions, documents: SecretDocuments, history: SecretHistory) =>
    new ShownStates({ renditions, documents, history }),
};

const source: FactoryProvider<CachedSecretSource> = {
  provide: CachedSecretSource,
  inject: [SecretDependencies],
  useFactory: (dependencies: SecretDependencies) => new CachedSecretSource(dependencies),
};

const askedLists: FactoryProvider<AskedLists> = {
  provide: AskedLists,
  inject: [SecretDependencies],
  useFactory: (dependencies: SecretDependencies) => new AskedLists(dependencies),
};

const lists: FactoryProvider<SecretLists> = {
  provide: SecretLists,
  inject: [SecretDependencies, NamespacesService, AskedLists],
  useFactory: (
    { calls, access, served, cache, states }: SecretDependencies,
    namespaces: NamespacesService,
    asked: AskedLists,
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
  inject: [ChangeStreams, RequestTerms, ChangeStreamPlaces],
  useFactory: (from: ChangeStreams, terms: RequestTerms, places: ChangeStreamPlaces) =>
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
  ChangeStreamPlaces,
  eventStreams,
];
