import type { LoggerService } from '@nestjs/common';
import { Logger, PinoLogger } from 'nestjs-pino';
import type { Level, Logger as Pino } from 'pino';
import { causeChain } from './safe-cause.js';

const CONTEXT = /^[A-Z][A-Za-z]{0,63}$/;
/** Rejection of `listen`, which the caller reports in its own words. */
const LISTEN_FAILURE = /^Error: listen E[A-Z]+: /;

/**
 * Creates a logger for Nest's own lines through nestjs-pino. Its request middleware is not used: it
 * would miss responses before Nest, such as a 401, and it logs whole requests.
 */
export function createNestLogger(pino: Pino): LoggerService {
  return new Logger(new AllowListedPinoLogger(pino), {});
}

/**
 * Nest logs exceptions and their responses unchanged; only kind and origin remain here. nestjs-pino
 * shares one logger a process, of its first user; this class has its own.
 */
class AllowListedPinoLogger extends PinoLogger {
  readonly #child: Pino;

  constructor(pino: Pino) {
    const child = pino.child({ event: 'nest' });
    super({ pinoHttp: { logger: child } });
    this.#child = child;
  }

  /** Receives nestjs-pino's object of fields, then the message, if any. */
  protected override call(
    level: Level,
    ...[fields, message]: readonly [fields: unknown, message?: unknown, ...rest: unknown[]]
  ): void {
    if (typeof message === 'string' && LISTEN_FAILURE.test(message)) return;
    const { context, err } = fields as { context?: unknown; err?: unknown };
    const line = {
      ...(typeof context === 'string' && CONTEXT.test(context) ? { context } : {}),
      ...(err === undefined ? {} : { causes: causeChain(err) }),
    };
    // The message of an error line is an exception's, which may quote input.
    const isFault = level === 'error' || level === 'fatal' || typeof message !== 'string';
    // Nest's lines about every route at its start are useful only to its developers.
    const shown = level === 'info' ? 'debug' : level;
    this.#child[shown](line, isFault ? 'Nest reported an error' : message);
  }
}
