import type { INestApplicationContext } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import type { FastifyInstance } from 'fastify';
import type { RequestAuthentication } from './auth/request-authentication.js';
import type { Config } from './config/config.schema.js';
import { toSallyportError } from './core/errors/sallyport-error.js';
import { addGraphqlRoute } from './graphql/graphql.route.js';
import { refusalRecorder } from './graphql/record-refusal.js';
import type { SchemaDriver } from './graphql/schema.driver.js';
import type { Infrastructure } from './infrastructure.js';
import { addKubectlFacade } from './kubectl-facade.js';
import { addOpenApiRoutes } from './openapi/openapi.routes.js';
import type { AppLogger } from './telemetry/app-logger.js';
import type { Metrics } from './telemetry/metrics.js';

export interface DoorParts {
  readonly app: INestApplicationContext;
  readonly infrastructure: Infrastructure;
  readonly authentication: RequestAuthentication;
  readonly logger: AppLogger;
  readonly metrics: Metrics;
  /** Aborts when the gateway begins to stop. */
  readonly leaving: AbortSignal;
}

/**
 * Adds the doors that are none of Nest's, once it has set the error handler: a route knows only the
 * one that was there before it.
 */
export function addDoors(instance: FastifyInstance, config: Config, parts: DoorParts): void {
  addOpenApiRoutes(instance);
  addGraphql(instance, config, parts);
  addKubectlFacade(instance, config, parts);
}

function addGraphql(
  instance: FastifyInstance,
  { graphql }: Config,
  { app, infrastructure, logger, metrics }: DoorParts,
): void {
  let schemas: SchemaDriver | undefined;
  addGraphqlRoute(instance, {
    schema: () => {
      schemas ??= app.get(GraphQLModule, { strict: false }).graphQlAdapter as SchemaDriver;
      return schemas.schema;
    },
    introspection: graphql.introspection,
    recordRefusal: refusalRecorder(infrastructure.audit),
    onError: (error, requestId) => {
      const known = toSallyportError(error);
      if (known.status >= 500) logger.failed(known, requestId);
      if (known.status === 403) metrics.denied(known.code);
    },
  });
}
