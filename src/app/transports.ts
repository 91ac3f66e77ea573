import type { INestApplicationContext } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import type { FastifyInstance } from 'fastify';
import type { RequestAuthentication } from '../auth/request-authentication.js';
import type { Config } from '../platform/config/config.schema.js';
import { toSallyportError } from '../core/errors/sallyport-error.js';
import type { Operation } from '../core/operation.js';
import { addGraphqlSockets } from '../platform/graphql/graphql-sockets.js';
import { addGraphqlRoute } from '../platform/graphql/graphql.route.js';
import { DocumentPreparation } from '../platform/graphql/prepare-document.js';
import { refusalRecorder } from '../platform/graphql/record-refusal.js';
import type { SchemaDriver } from '../platform/graphql/schema.driver.js';
import { RequestTerms } from '../platform/http/request-terms.js';
import type { Infrastructure } from '../infrastructure.js';
import { addKubectlFacade } from '../kubectl-facade.js';
import { addOpenApiRoutes } from '../platform/openapi/openapi.routes.js';
import type { AppLogger } from '../platform/telemetry/app-logger.js';
import type { Metrics } from '../platform/telemetry/metrics.js';

export interface DoorParts {
  readonly app: INestApplicationContext;
  readonly infrastructure: Infrastructure;
  readonly authentication: RequestAuthentication;
  readonly logger: AppLogger;
  readonly metrics: Metrics;
  /** Of all routes of Nest. */
  readonly operations: ReadonlySet<Operation>;
  /** Aborts when the gateway begins to stop. */
  readonly leaving: AbortSignal;
}

/**
 * Adds the doors that are none of Nest's, once it has set the error handler: a route knows only the
 * one that was there before it.
 */
export function addDoors(instance: FastifyInstance, config: Config, parts: DoorParts): void {
  addOpenApiRoutes(instance, parts.operations);
  addGraphql(instance, config, parts);
  addKubectlFacade(instance, config, parts);
}

function addGraphql(instance: FastifyInstance, config: Config, parts: DoorParts): void {
  const { app, infrastructure, authentication, logger, metrics, leaving } = parts;
  const { audit, refusals, requestLimits: limits } = infrastructure;
  const options = {
    documents: preparationOf(app, config),
    recordRefusal: refusalRecorder(audit, refusals),
    refusals,
    onError: (error: unknown, requestId: string): void => {
      const known = toSallyportError(error);
      if (known.status >= 500) logger.failed(known, requestId);
      if (known.status === 403) metrics.denied(known.code);
    },
  };
  addGraphqlRoute(instance, options);
  const terms = app.get(RequestTerms, { strict: false });
  addGraphqlSockets(instance, { ...options, authentication, limits, terms, leaving });
}

/** One for every transport; the schema is there once the application is initialised. */
function preparationOf(
  app: INestApplicationContext,
  { graphql: { introspection } }: Config,
): () => DocumentPreparation {
  let documents: DocumentPreparation | undefined;
  const prepare = (): DocumentPreparation => {
    const { graphQlAdapter } = app.get(GraphQLModule, { strict: false });
    return new DocumentPreparation((graphQlAdapter as SchemaDriver).schema, { introspection });
  };
  return () => (documents ??= prepare());
}
