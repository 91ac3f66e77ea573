import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { toCallContext } from '../../auth/authenticate.hook.js';
import type { RequestAuthentication } from '../../auth/request-authentication.js';
import type { Principal } from '../../core/principal.js';
import { refuseAmbiguousRequest } from '../../http/request-headers.js';
import '../../http/request.js';
import type { EventPasser } from './event-passer.js';
import type { PassOn } from './pass-on.js';

export interface AuthenticateOrPassParts {
  readonly authentication: Pick<RequestAuthentication, 'known' | 'authenticate'>;
  readonly events: Pick<EventPasser, 'count'>;
  readonly passOn: Pick<PassOn, 'pass'>;
  readonly stop: AbortSignal;
}

/**
 * Goes on with requests of callers who are known for certain. Whatever else there is to say about a
 * credential, or about how a request is spelled, the main process says and counts.
 */
export function addAuthenticateOrPass(
  instance: FastifyInstance,
  { authentication, events, passOn, stop }: AuthenticateOrPassParts,
): void {
  const admit = (request: FastifyRequest, principal: Principal): void => {
    const ctx = toCallContext(request, principal, stop);
    request.principal = principal;
    request.callContext = ctx;
    events.count(ctx, principal);
  };
  const pass = (request: FastifyRequest, reply: FastifyReply): void => {
    reply.hijack();
    passOn.pass(request.raw, reply.raw);
  };
  instance.addHook('onRequest', (request, reply, done) => {
    try {
      refuseAmbiguousRequest(request.raw);
      const known = authentication.known(request);
      if (known !== undefined) {
        admit(request, known);
        done();
        return;
      }
    } catch {
      pass(request, reply);
      return;
    }
    authentication
      .authenticate(request)
      .then((principal) => admit(request, principal))
      .then(
        () => done(),
        () => pass(request, reply),
      );
  });
}
