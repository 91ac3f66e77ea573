import type { ResourceRequest } from '../access.service.js';
import { goQuote } from './go-quote.js';

/**
 * Returns a denial in the API server's own words, so that both planes answer alike.
 * https://github.com/kubernetes/apiserver/blob/v0.37.2/pkg/endpoints/handlers/responsewriters/errors.go
 */
export function forbiddenMessage(
  username: string,
  request: ResourceRequest,
  reason: string,
): string {
  const { group, resource, name } = request;
  const qualified = group === '' ? resource : `${resource}.${group}`;
  const subject = name === '' ? qualified : `${qualified} ${goQuote(name)}`;
  const denial = userCannot(username, request);
  return `${subject} is forbidden: ${denial}${reason === '' ? '' : `: ${reason}`}`;
}

function userCannot(username: string, request: ResourceRequest): string {
  const { verb, group, resource, subresource = '', namespace } = request;
  const what = subresource === '' ? resource : `${resource}/${subresource}`;
  const where =
    namespace === '' ? 'at the cluster scope' : `in the namespace ${goQuote(namespace)}`;
  const right = `cannot ${verb} resource ${goQuote(what)} in API group ${goQuote(group)}`;
  return `${userWords(username)} ${escapeMarkup(`${right} ${where}`)}`;
}

/** Returns the beginning of a denial about this user. */
export function userWords(username: string): string {
  return escapeMarkup(`User ${goQuote(username)}`);
}

function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
