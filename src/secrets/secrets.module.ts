import { type DynamicModule, type FactoryProvider, Module } from '@nestjs/common';
import { AccessService } from '../access/access.service.js';
import { ServedNamespaces } from '../access/domain/served-namespaces.js';
import { StandingRights } from '../access/standing-rights.service.js';
import { AuditService } from '../audit/audit.service.js';
import { RawUpstream } from '../core/forwarding.js';
import { limits } from '../core/limits.js';
import { RequestTerms } from '../platform/http/request-terms.js';
import { IdempotencyService } from '../platform/idempotency/idempotency.service.js';
import { NamespacesModule } from '../namespaces/namespaces.module.js';
import { NamespacesService } from '../namespaces/namespaces.service.js';
import { AskedLists } from './asked-lists.js';
import { Renditions } from './cache/renditions.js';
import { CachedSecretSource } from './cached-secret-source.js';
import { SecretCache } from './domain/cache/secret-cache.js';
import { SecretDocuments } from './domain/cache/secret-documents.js';
import type { TypeRules } from './domain/secret-types.js';
import { DenialBeforeFaultStore } from './denial-before-fault.store.js';
import { PastSecrets } from './domain/past-secrets.js';
import { SecretHistory } from './domain/secret-history.js';
import { SecretStore } from './domain/secret.store.js';
import { SecretChangesResolver } from './graphql/secret-changes.resolver.js';
import { SecretMutationsResolver } from './graphql/secret-mutations.resolver.js';
import { SecretQueriesResolver } from './graphql/secret-queries.resolver.js';
import { EventStreams } from './rest/event-stream.js';
import { SecretKeysController } from './rest/secret-keys.controller.js';
import { SecretsController } from './rest/secrets.controller.js';
import { ValuesController } from './rest/values.controller.js';
import { WaitForChange } from './rest/wait-for-change.js';
import { RevealTurns } from './forward/reveal-turns.js';
import { SecretForwards } from './forward/secret-forwards.js';
import { SecretLists } from './secret-lists.js';
import { SecretReads } from './secret-reads.js';
import { SecretValues } from './secret-values.js';
import { SecretWaits } from './secret-waits.js';
import { SecretsService } from './secrets.service.js';
import { ShownStates } from './shown-states.js';
import { ChangeStreamPlaces } from './stream/change-stream-places.js';
import { SecretChangeStreams } from './stream/secret-change-streams.js';

const waits: FactoryProvider<SecretWaits> = {
  provide: SecretWaits,
  inject: [SecretCache, StandingRights],
  useFactory: (cache: SecretCache, standing: StandingRights) =>
    new SecretWaits({ cache, standing }),
};

const shownStates: FactoryProvider<ShownStates> = {
  provide: ShownStates,
  inject: [Renditions, SecretDocuments, SecretHistory],
  useFactory: (renditions: Renditions, documents: SecretDocuments, history: SecretHistory) =>
    new ShownStates({ renditions, documents, history }),
};

const events: FactoryProvider<EventStreams> = {
  provide: EventStreams,
  inject: [SecretsService, RequestTerms, ChangeStreamPlaces],
  useFactory: (
    { changes }: SecretsService,
    terms: RequestTerms,
    places: ChangeStreamPlaces,
  ): EventStreams => new EventStreams({ changes, terms, places }),
};

const serviceUnder = (rules: TypeRules): FactoryProvider<SecretsService> => ({
  provide: SecretsService,
  inject: [
    AuditService,
    AccessService,
    ServedNamespaces,
    SecretStore,
    IdempotencyService,
    NamespacesService,
    SecretHistory,
    PastSecrets,
    RawUpstream,
    StandingRights,
    SecretCache,
    ShownStates,
    SecretDocuments,
  ],
  useFactory: (
    audit: AuditService,
    access: AccessService,
    served: ServedNamespaces,
    store: SecretStore,
    idempotency: IdempotencyService,
    namespaces: NamespacesService,
    history: SecretHistory,
    past: PastSecrets,
    upstream: RawUpstream,
    standing: StandingRights,
    cache: SecretCache,
    states: ShownStates,
    documents: SecretDocuments,
  ) => {
    const explained = new DenialBeforeFaultStore(store, access);
    const reading = { access, served, store: explained, history, cache };
    const parts = { ...reading, audit, idempotency, rules, documents };
    const source = new CachedSecretSource({ ...parts, states });
    const turns = new RevealTurns(limits.kubectlRevealsWaitingMax);
    return new SecretsService({
      ...{ ...parts, past },
      reads: new SecretReads({ ...parts, source }),
      lists: new SecretLists({ ...parts, namespaces, states, asked: new AskedLists(parts) }),
      values: new SecretValues({ audit, source }),
      changes: new SecretChangeStreams({ ...parts, shown: states, standing }),
      forwards: new SecretForwards({ ...parts, upstream, standing, turns }),
    });
  },
});

@Module({})
export class SecretsModule {
  static with(rules: TypeRules): DynamicModule {
    return {
      module: SecretsModule,
      imports: [NamespacesModule],
      controllers: [SecretsController, SecretKeysController, ValuesController],
      providers: [
        SecretQueriesResolver,
        SecretMutationsResolver,
        SecretChangesResolver,
        ...[ChangeStreamPlaces, WaitForChange],
        ...[waits, shownStates, events, serviceUnder(rules)],
      ],
      exports: [SecretsService],
    };
  }
}
