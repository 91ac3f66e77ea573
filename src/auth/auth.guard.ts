import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { SallyportError } from '../core/errors/sallyport-error.js';
import { PUBLIC } from './public.decorator.js';

/** Guard that denies by default: checks only that the hook left a principal. */
@Injectable()
export class AuthGuard implements CanActivate {
  readonly #reflector: Reflector;

  constructor(reflector: Reflector) {
    this.#reflector = reflector;
  }

  canActivate(context: ExecutionContext): boolean {
    const carrier: { principal?: unknown } =
      context.getType<string>() === 'graphql'
        ? (context.getArgByIndex(2) as { principal?: unknown })
        : context.switchToHttp().getRequest<{ principal?: unknown }>();
    if (carrier.principal) return true;
    if (this.#reflector.get<boolean | undefined>(PUBLIC, context.getHandler())) return true;
    throw new SallyportError('Unauthenticated', 'a valid bearer token is needed');
  }
}
