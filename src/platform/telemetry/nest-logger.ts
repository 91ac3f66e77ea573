import type { LoggerService } from '@nestjs/common';
import { Logger, PinoLogger } from 'nestjs-pino';
import type { Level, Logger as Pino } from 'pino';
import { causeChain } from './safe-cause.js';

const CONTEXT = /^[A-Z][A-Za-z]{0,63}$/;
/** What `listen` rejects with, which whoever called it says in his own words. */
const LISTEN_FAILURE = /^Error: listen E[A-Z]+: /;

/**
 * Nest's own lines through nestjs-pino. Its request middleware stays out: it would not see what
 * ends before Nest, such as a 401, and it logs whole requests.
 */
export function createNestLogger(pino: Pino): LoggerService {
  return new Logger(new AllowListedPinoLogger(pino), {});
}

/**
 * Nest logs exceptions and their responses as they are; of those only kind and place remain.
 * nestjs-pino keeps one logger a process, that of its first user; this one keeps its own.
 */
class AllowListedPinoLogger extends PinoLogger {
  readonly #child: Pino;

  constructor(pino: Pino) {
    const child = pino.child({ event: 'nest' });
    super({ pinoHttp: { logger: child } });
    this.#child = child;
  }

  /** nestjs-pino's Logger gives an object of fields, then the message, if any. */
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
    // The message of an error line is that of an exception, which may quote input.
    const isFault = level === 'error' || level === 'fatal' || typeof message !== 'string';
    // What Nest says of every route at its start is of use to its developers alone.
    const shown = level === 'info' ? 'debug' : level;
    this.#child[shown](line, isFault ? 'Nest reported an error' : message);
  }
}
