import type { FastifyInstance, HTTPMethods } from 'fastify';
import { SallyportError } from '../../core/errors/sallyport-error.js';

const QUERY = 'QUERY';
const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  QUERY,
] as const;

/** Collects the methods of each path; call the result once all routes are added. */
export function collectMethods(instance: FastifyInstance): () => void {
  const methodsByUrl = new Map<string, Set<string>>();
  let collecting = true;
  // With a body, Fastify demands a Content-Type before it calls the handler.
  instance.addHttpMethod(QUERY, { hasBody: false, overrideExisting: true });
  instance.addHook('onRoute', (route) => {
    const isOurs = !route.url.includes('*') || route.config?.operation !== undefined;
    // A method that only some requests may use does not count. Nest sets an empty constraint.
    const isForSome = Object.values(route.constraints ?? {}).some((value) => value !== undefined);
    if (!collecting || !isOurs || isForSome) return;
    const known = methodsByUrl.get(route.url) ?? new Set<string>();
    for (const method of [route.method].flat()) known.add(method);
    methodsByUrl.set(route.url, known);
  });
  return () => {
    collecting = false;
    for (const [url, known] of methodsByUrl) refuseOtherMethods(instance, url, known);
  };
}

function refuseOtherMethods(instance: FastifyInstance, url: string, known: Set<string>): void {
  const missing = METHODS.filter((method) => !known.has(method));
  if (missing.length === 0) return;
  const allow = METHODS.filter((method) => known.has(method)).join(', ');
  instance.route({
    method: missing as HTTPMethods[],
    url,
    handler: async () => {
      throw new SallyportError('MethodNotAllowed', `this path takes ${allow}`, {
        headers: { allow },
      });
    },
  });
}
