import type { FastifyInstance } from 'fastify';
import type { Principal } from '../../core/principal.js';
import './request.js';

/** Throws the refusal of an operation's request. */
export type BodyAdmission = (principal: Principal) => void;

/** Refuses requests by their operation before their bodies are read. */
export function admitBodies(
  instance: FastifyInstance,
  admissions: ReadonlyMap<string, BodyAdmission>,
): void {
  instance.addHook('preParsing', (request, _reply, _payload, done) => {
    const { operation } = request.routeOptions.config;
    const admit = operation && admissions.get(operation.id);
    if (request.principal) admit?.(request.principal);
    done();
  });
}
