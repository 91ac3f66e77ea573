import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AuditService } from '../audit/audit.service.js';
import { type AuditAction, isAuditAction } from '../audit/domain/audit-event.js';
import { refusalResult } from '../audit/domain/failure-result.js';
import { type SallyportError, toSallyportError } from '../core/errors/sallyport-error.js';
import { namedObject } from './named-object.js';
import { AppLogger } from '../telemetry/app-logger.js';

type NamedParameters = Parameters<typeof namedObject>[0];

/** Writes down refusals that no service saw: bad syntax, no credential, unknown routes. */
@Injectable()
export class RefusalRecorder {
  readonly #audit: AuditService;
  readonly #logger: AppLogger;

  constructor(audit: AuditService, logger: AppLogger) {
    this.#audit = audit;
    this.#logger = logger;
  }

  /** The error to answer with: the given one, or Unavailable where it could not be recorded. */
  async recorded(request: FastifyRequest, error: SallyportError): Promise<SallyportError> {
    if (error.status >= 500) this.#logger.failed(error, request.requestId);
    const ctx = request.callContext;
    if (ctx && this.#audit.hasRecorded(ctx)) return error;
    const action = this.#actionOf(request, error);
    if (action === undefined) return error;
    try {
      await this.#audit.record(
        ctx ?? anonymousCaller(request),
        { action, ...namedObject(request.params as NamedParameters) },
        refusalResult(error),
      );
      return error;
    } catch (failure) {
      return toSallyportError(failure);
    }
  }

  #actionOf(request: FastifyRequest, error: SallyportError): AuditAction | undefined {
    const action = request.routeOptions.config.operation?.action;
    if (!request.callContext) return error.status === 404 ? undefined : 'auth.refused';
    return isAuditAction(action) ? action : undefined;
  }
}

/** A caller without an identity, as the audit trail names one. */
export function anonymousCaller(request: FastifyRequest) {
  const userAgent = request.headers['user-agent'];
  return {
    auditId: request.auditId,
    requestUri: request.raw.url?.split('?', 1)[0] ?? '',
    sourceIp: request.ip,
    ...(userAgent === undefined ? {} : { userAgent }),
  };
}
