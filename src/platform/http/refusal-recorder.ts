import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AuditService } from '../../audit/audit.service.js';
import { type AuditAction, isAuditAction } from '../../audit/domain/audit-event.js';
import type { AnonymousCaller } from '../../audit/domain/build-event.js';
import { refusalResult } from '../../audit/domain/failure-result.js';
import type { CallContext } from '../../core/call-context.js';
import {
  type SallyportError,
  toSallyportError,
  withAuditId,
} from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { AppLogger } from '../telemetry/app-logger.js';
import type { AnonymousRefusals, RefusedNames } from './anonymous-refusals.js';
import { namedObject } from './named-object.js';
import { ClientClosed } from '../../core/errors/client-closed.js';
import { RefusalAggregate } from './refusal-aggregate.js';

type NamedParameters = Parameters<typeof namedObject>[0];

/** Recorder of refusals that no service saw: bad syntax, no credential, unknown routes. */
@Injectable()
export class RefusalRecorder {
  readonly #audit: AuditService;
  readonly #logger: AppLogger;
  readonly #anonymous: Pick<AnonymousRefusals, 'record' | 'flush'>;
  readonly #aggregate: RefusalAggregate;

  constructor(
    audit: AuditService,
    logger: AppLogger,
    anonymous: Pick<AnonymousRefusals, 'record' | 'flush'>,
  ) {
    this.#audit = audit;
    this.#logger = logger;
    this.#anonymous = anonymous;
    this.#aggregate = new RefusalAggregate(audit, { windowMs: limits.refusalAggregateMs });
  }

  /**
   * Records a refusal; returns the error to send: the given error; TooManyRequests if an address is
   * refused too often; Unavailable if the record failed.
   */
  async recorded(request: FastifyRequest, error: SallyportError): Promise<SallyportError> {
    const isFault = error.status >= 500 && !(error instanceof ClientClosed) && !error.isAggregated;
    if (isFault) this.#logger.failed(error, request.requestId);
    const ctx = request.callContext;
    const names = namedObject((request.params ?? {}) as NamedParameters);
    if (!ctx) return this.recordedAnonymously(anonymousCaller(request), error, names);
    if (this.#audit.hasRecorded(ctx)) return error;
    if (error.isAggregated) {
      return withAuditId(error, this.counted(ctx, error));
    }
    const action = actionOf(request) ?? 'auth.refused';
    return orUnavailable(
      error,
      this.#audit.record(ctx, { action, ...names }, refusalResult(error)),
    );
  }

  /** Records a refusal without an identity, or even without a readable request. */
  recordedAnonymously(
    caller: AnonymousCaller,
    error: SallyportError,
    names: RefusedNames = {},
  ): Promise<SallyportError> {
    return this.#anonymous.record(caller, error, names);
  }

  /** Records the refusals that were only counted so far. */
  async flush(): Promise<void> {
    await Promise.all([this.#aggregate.flush(), this.#anonymous.flush()]);
  }

  /** Counts a refusal of a known caller; returns the audit id of the event for all of its kind. */
  counted(caller: CallContext, error: SallyportError): string {
    const { kind, credentialId, username } = caller.principal;
    const key = [kind, credentialId || username, error.internal ?? error.code].join('\n');
    return this.#aggregate.add({ key, othersKey: 'others', caller, error });
  }
}

async function orUnavailable(
  error: SallyportError,
  recording: Promise<void>,
): Promise<SallyportError> {
  try {
    await recording;
    return error;
  } catch (failure) {
    return toSallyportError(failure);
  }
}

function actionOf(request: FastifyRequest): AuditAction | undefined {
  const { operation, action: ofRoute } = request.routeOptions.config;
  const action = operation?.action ?? ofRoute;
  return isAuditAction(action) ? action : undefined;
}

/** Returns a caller without an identity, as the audit trail names it. */
export function anonymousCaller(request: FastifyRequest): AnonymousCaller {
  const userAgent = request.headers['user-agent'];
  return {
    auditId: request.auditId,
    requestUri: request.raw.url?.split('?', 1)[0] ?? '',
    sourceIp: request.sourceIp,
    ...(userAgent === undefined ? {} : { userAgent }),
  };
}
