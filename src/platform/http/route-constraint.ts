import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';

type Strategy = Parameters<FastifyInstance['addConstraintStrategy']>[0];
type Handler = NonNullable<ReturnType<ReturnType<Strategy['storage']>['get']>>;

/**
 * Adds a constraint by which some requests get a route of their own. `derive` returns the value of
 * a request; undefined if the request has only the routes without this constraint.
 */
export function addRouteConstraint(
  instance: FastifyInstance,
  name: string,
  derive: (message: IncomingMessage) => string | undefined,
): void {
  instance.addConstraintStrategy({
    name,
    storage: () => {
      const handlers = new Map<unknown, Handler>();
      return {
        get: (value) => handlers.get(value) ?? null,
        set: (value, handler) => void handlers.set(value, handler),
      };
    },
    deriveConstraint: derive,
    mustMatchWhenDerived: false,
    validate: () => undefined,
  });
}
