import type { INestApplicationContext } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { RollbackGuard } from '../audit/anchors/rollback-guard.js';
import { ingestKubernetesEvents } from '../audit/ingest/ingest.operations.js';
import { ReportIntake } from '../audit/ingest/report-intake.js';
import { addAuthenticationHook } from '../auth/authenticate.hook.js';
import { RequestAuthentication } from '../auth/request-authentication.js';
import type { Operation } from '../core/operation.js';
import type { Config } from '../platform/config/config.schema.js';
import { admitBodies } from '../platform/http/admit-bodies.hook.js';
import { boundAnswers } from '../platform/http/bound-answers.js';
import { collectMethods } from '../platform/http/method-not-allowed.js';
import { refuseBeyond } from '../platform/http/refuse-beyond.hook.js';
import { refuseWhile } from '../platform/http/refuse-while.hook.js';
import { RequestLimits } from '../platform/http/request-limits.js';
import { Shutdown } from '../platform/lifecycle/shutdown.js';
import { collectOperations } from '../platform/openapi/openapi.routes.js';
import { AppLogger } from '../platform/telemetry/app-logger.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { addTelemetryHooks } from '../platform/telemetry/request-hooks.js';
import { Tracer } from '../platform/telemetry/tracer.js';

/** Facts about the routes that are added after the hooks. */
export interface CollectedRoutes {
  readonly operations: ReadonlySet<Operation>;
  /** To be called after the last route. */
  refuseOtherMethods(): void;
}

/**
 * Adds what holds for every request, whichever transport serves it, in this order. These are hooks
 * of Fastify and not guards of Nest, since unknown paths, GraphQL and kubectl pass them too.
 */
export function addRequestHooks(
  fastify: FastifyInstance,
  app: INestApplicationContext,
  { kubectl }: Config,
): CollectedRoutes {
  const from = { strict: false } as const;
  const limits = app.get(RequestLimits, from);
  const guard = app.get(RollbackGuard, from);
  const intake = app.get(ReportIntake, from);
  const telemetry = {
    logger: app.get(AppLogger),
    metrics: app.get(Metrics),
    tracer: app.get(Tracer),
  };
  addTelemetryHooks(fastify, telemetry);
  refuseWhile(fastify, () => guard.refusal);
  const { impersonation } = kubectl;
  const authentication = app.get(RequestAuthentication, from);
  const { forced } = app.get(Shutdown);
  addAuthenticationHook(fastify, { authentication, limits, impersonation }, forced);
  boundAnswers(fastify, limits);
  const admitReports = (principal: Parameters<ReportIntake['admit']>[0]): void =>
    intake.admit(principal);
  admitBodies(fastify, new Map([[ingestKubernetesEvents.id, admitReports]]));
  refuseBeyond(fastify);
  const refuseOtherMethods = collectMethods(fastify);
  return { operations: collectOperations(fastify), refuseOtherMethods };
}
