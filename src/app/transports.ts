import type { INestApplicationContext } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import type { FastifyInstance } from 'fastify';
import { AuditService } from '../audit/audit.service.js';
import { RequestAuthentication } from '../auth/request-authentication.js';
import { toSallyportError } from '../core/errors/sallyport-error.js';
import type { Operation } from '../core/operation.js';
import { KubectlFacade } from '../kubectl/kubectl-facade.service.js';
import type { Config } from '../platform/config/config.schema.js';
import { CONFIG } from '../platform/config/config.token.js';
import { readDocumentFiles } from '../platform/config/document-files.js';
import { addGraphiqlRoutes } from '../platform/graphql/graphiql.routes.js';
import { GraphqlEventStreams } from '../platform/graphql/graphql-event-streams.js';
import { addGraphqlSockets } from '../platform/graphql/graphql-sockets.js';
import { addGraphqlRoute } from '../platform/graphql/graphql.route.js';
import { PersistedDocuments } from '../platform/graphql/persisted-documents.js';
import { DocumentPreparation } from '../platform/graphql/prepare-document.js';
import { refusalRecorder } from '../platform/graphql/record-refusal.js';
import type { SchemaDriver } from '../platform/graphql/schema.driver.js';
import { Subscriptions } from '../platform/graphql/subscriptions.js';
import { RefusalRecorder } from '../platform/http/refusal-recorder.js';
import { RequestLimits } from '../platform/http/request-limits.js';
import { RequestLifetimes } from '../platform/http/request-lifetimes.js';
import { Shutdown } from '../platform/lifecycle/shutdown.js';
import { addOpenApiRoutes } from '../platform/openapi/openapi.routes.js';
import { AppLogger } from '../platform/telemetry/app-logger.js';
import { Metrics } from '../platform/telemetry/metrics.js';

/**
 * Adds the transports that Nest does not serve, once it has set the error handler: a route knows
 * only the one that was there before it. `operations`: those of all routes of Nest.
 */
export function addTransports(
  instance: FastifyInstance,
  app: INestApplicationContext,
  operations: ReadonlySet<Operation>,
): void {
  addOpenApiRoutes(instance, operations);
  addGraphiqlRoutes(instance);
  addGraphql(instance, app);
  app.get(KubectlFacade, { strict: false }).addTo(instance);
}

function addGraphql(instance: FastifyInstance, app: INestApplicationContext): void {
  const from = { strict: false } as const;
  const refusals = app.get(RefusalRecorder, from);
  const logger = app.get(AppLogger, from);
  const metrics = app.get(Metrics, from);
  const options = {
    documents: preparationOf(app),
    recordRefusal: refusalRecorder(app.get(AuditService, from), refusals),
    refusals,
    onError: (error: unknown, requestId: string): void => {
      const known = toSallyportError(error);
      if (known.status >= 500) logger.failed(known, requestId);
      if (known.status === 403) metrics.denied(known.code);
    },
  };
  const limits = app.get(RequestLimits, from);
  const terms = app.get(RequestLifetimes, from);
  const subscriptions = new Subscriptions({ ...options, limits });
  addGraphqlRoute(instance, options, new GraphqlEventStreams(subscriptions, terms));
  addGraphqlSockets(instance, {
    ...options,
    authentication: app.get(RequestAuthentication, from),
    limits,
    terms,
    leaving: app.get(Shutdown, from).begun,
  });
}

/** One for every transport; the schema is there once the application is initialised. */
function preparationOf(app: INestApplicationContext): () => DocumentPreparation {
  const { introspection, documents: settings } = app.get<Config>(CONFIG, { strict: false }).graphql;
  const texts = settings.folder === undefined ? new Map() : readDocumentFiles(settings.folder);
  const persisted = new PersistedDocuments(texts, { isOnly: settings.only });
  let documents: DocumentPreparation | undefined;
  const prepare = (): DocumentPreparation => {
    const { graphQlAdapter } = app.get(GraphQLModule, { strict: false });
    const { schema } = graphQlAdapter as SchemaDriver;
    return new DocumentPreparation(schema, { introspection, persisted });
  };
  return () => (documents ??= prepare());
}
