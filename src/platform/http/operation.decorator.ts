import {
  type ExecutionContext,
  RequestMapping,
  RequestMethod,
  applyDecorators,
  createParamDecorator,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { Operation } from '../../core/operation.js';
import { contextOf } from './request.js';

/**
 * Binds a handler to its operation, the only source of its route, input rules and contract. It is
 * the outermost decorator: it replaces the configuration of the route that `Public` sets.
 */
export function Handles(operation: Operation<never, never, never> | Operation): MethodDecorator {
  const known = operation as Operation; // variance only: the schemas are read, never written
  return applyDecorators(
    RequestMapping({ path: known.path, method: RequestMethod[known.method] }),
    RouteConfig({ operation: known, ...(known.isPublic && { public: true }) }),
  );
}

/** The parsed input of the operation. */
export const Input = createParamDecorator(
  (_data: unknown, context: ExecutionContext): unknown =>
    context.switchToHttp().getRequest<FastifyRequest>().operationInput,
);

/** The context of the call. */
export const Context = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  contextOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
