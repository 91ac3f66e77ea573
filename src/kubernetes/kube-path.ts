import { badRequest } from '../core/errors/sallyport-error.js';
import type { KubeCall } from './kube-call.js';

/** Returns the request target: the server's own path, encoded segments, encoded parameters. */
export function kubePath(
  serverPath: string,
  call: Pick<KubeCall, 'path' | 'query' | 'parameters'>,
): string {
  const segments = call.path.map(encodeSegment);
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined) parameters.append(name, value);
  }
  for (const [name, value] of call.parameters ?? []) parameters.append(name, value);
  const query = parameters.size === 0 ? '' : `?${parameters.toString()}`;
  return `${serverPath.replace(/\/+$/, '')}/${segments.join('/')}${query}`;
}

function encodeSegment(segment: string): string {
  // Percent-encoding leaves dots unchanged, and the API server splits the path after it has decoded
  // %2F: both would escape the namespace.
  if (/^\.{0,2}$|\//.test(segment) || !segment.isWellFormed()) {
    throw badRequest('a name is empty, holds a slash, is a dot segment or not well-formed');
  }
  return encodeURIComponent(segment);
}
