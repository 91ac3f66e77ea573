import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Level, type Logger as Pino, pino } from 'pino';
import { type SallyportError, toSallyportError } from '../../core/errors/sallyport-error.js';
import { createNestLogger } from './nest-logger.js';
import { causeChain } from './safe-cause.js';
import { standardOutput } from './standard-output.js';

const INTERNAL_CHARACTERS_MAX = 1_024;

/** Marks the `internal` text of errors that are faults of the installation. */
const ALARM = 'ALARM: ';

export interface AppLoggerOptions {
  readonly level: Level | 'silent';
  /** Standard output if absent. */
  readonly destination?: DestinationStream;
}

export interface CompletedRequest {
  readonly requestId: string;
  readonly auditId: string;
  readonly method: string;
  /** The template, not the path: paths name Secrets. */
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
  /** The client disconnected before the response was sent. */
  readonly aborted: boolean;
}

export interface StartedGateway {
  readonly version: string;
  readonly url: string;
  readonly healthUrl: string;
  readonly mode: string;
  readonly access: string;
  readonly scope: string;
}

/**
 * Writer of every log line, as JSON. Each event has a method that takes the fields of its line, so
 * that no object with more fields is logged by mistake.
 */
export class AppLogger {
  readonly #pino: Pino;

  constructor(options: AppLoggerOptions = { level: 'info' }) {
    const { level, destination } = options;
    const settings = { level, base: { service: 'sallyport' } };
    this.#pino = pino(settings, destination ?? standardOutput());
  }

  /** Logs one line for each request, whatever its outcome. */
  requestCompleted(request: CompletedRequest): void {
    const { requestId, auditId, method, route, status, durationMs, aborted } = request;
    const ids = { event: 'request.completed', requestId, auditId };
    const line = { ...ids, method, route, status, durationMs, ...(aborted && { aborted }) };
    this.#pino.info(line, 'request completed');
  }

  /**
   * Logs a fault of the gateway or its dependencies: the gateway's own words and the origin. It
   * logs no message of a cause, which may quote input.
   */
  unexpectedError(error: SallyportError, requestId?: string): void {
    const { code } = error;
    const internal = error.internal?.slice(0, INTERNAL_CHARACTERS_MAX);
    const causes = causeChain(error.cause);
    const line = { event: 'error.unexpected', requestId, code, internal, causes };
    this.#pino.error(line, 'unexpected error');
  }

  /** Logs an error of background work, of any type, as `unexpectedError` does. */
  fault(error: unknown): void {
    this.unexpectedError(toSallyportError(error));
  }

  /** Logs any error that the gateway creates; if an operator must act, logs an alarm too. */
  failed(error: SallyportError, requestId: string): void {
    this.unexpectedError(error, requestId);
    if (error.internal?.startsWith(ALARM)) this.alarm(error.internal.slice(ALARM.length));
  }

  /** Logs a condition on which an operator must act. */
  alarm(message: string): void {
    this.#pino.error({ event: 'alarm' }, message);
  }

  /** Logs progress that operators may wait for. */
  notice(message: string): void {
    this.#pino.info({ event: 'notice' }, message);
  }

  /** Logs a change of the readiness; `reason` is for operators only. */
  readinessChanged(check: string, isUp: boolean, reason?: string): void {
    const line = { event: 'readiness.changed', check, state: isUp ? 'up' : 'down', reason };
    if (isUp) this.#pino.info(line, 'check passes again');
    else this.#pino.warn(line, 'check fails');
  }

  /** Logs whether changes of these objects are watched; `reason` is for operators only. */
  watchChanged(resource: string, isLive: boolean, reason?: string): void {
    // A failed watch is reported here: no caller waits for it.
    const text = reason?.replace(ALARM, '').slice(0, INTERNAL_CHARACTERS_MAX);
    const state = isLive ? 'live' : 'lost';
    const line = { event: 'watch.changed', resource, state, reason: text };
    if (isLive) this.#pino.info(line, 'watch is live');
    else this.#pino.warn(line, 'watch is lost');
  }

  /** Logs unrecorded states: the quota is full of versions that the minimums protect. */
  versionsSkipped(namespace: string, count: number): void {
    const line = { event: 'versions.skipped', namespace, count };
    this.#pino.warn(line, 'versions are left out: the quota of the namespace is full');
  }

  /** Logs changes of the gateway's own rights; each problem is a sentence. */
  rightsJudged(profile: string, problems: readonly string[]): void {
    const line = { event: 'rights.judged', profile, problems };
    if (problems.length === 0) this.#pino.info(line, 'the rights of the gateway fit its profile');
    else this.#pino.error(line, 'the rights of the gateway do not fit its profile');
  }

  /** Logs a change of the issuer file; after a refusal the previous issuers stay in use. */
  authenticationReloaded(refusal?: string): void {
    const line = { event: 'authentication.reloaded', outcome: refusal ? 'refused' : 'used' };
    if (refusal === undefined) this.#pino.info(line, 'the AuthenticationConfiguration is used');
    else this.#pino.error({ ...line, refusal }, 'the AuthenticationConfiguration is refused');
  }

  started(gateway: StartedGateway): void {
    const { version, url, healthUrl, mode, access, scope } = gateway;
    const line = { event: 'gateway.started', version, url, healthUrl, mode, access, scope };
    this.#pino.info(line, 'gateway started');
  }

  stopping(signal: string): void {
    this.#pino.info({ event: 'gateway.stopping', signal }, 'gateway stops');
  }

  stopped(durationMs: number): void {
    this.#pino.info({ event: 'gateway.stopped', durationMs }, 'gateway stopped');
  }

  /** Returns the logger for `NestFactory`: the framework's lines, in the same stream and form. */
  forNest(): LoggerService {
    return createNestLogger(this.#pino);
  }
}
