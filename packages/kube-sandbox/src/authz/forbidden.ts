import { ApiStatusError, qualified, type StatusDetails } from '../model/api-status.js';
import type { Attributes } from '../model/identity.js';
import { goQuote } from './go-quote.js';

/**
 * Returns the 403 of a request that no authorizer allowed; `reason` comes from the decision.
 * https://kubernetes.io/docs/reference/access-authn-authz/authorization/
 */
export function forbiddenError(attributes: Attributes, reason = ''): ApiStatusError {
  const { group, resource, name } = attributes;
  const refusal = escapeHtml(refusalOf(attributes));
  const message = `${subjectOf(attributes)}: ${refusal}${reason === '' ? '' : `: ${reason}`}`;
  const details: StatusDetails = {
    ...(name && { name }),
    ...(group && { group }),
    ...(resource && { kind: resource }),
  };
  return new ApiStatusError(403, 'Forbidden', message, details);
}

function subjectOf({ group, resource, name }: Attributes): string {
  if (group === '' && resource === '') return 'forbidden';
  const quoted = name === '' ? '' : ` ${goQuote(name)}`;
  return `${qualified({ group, resource })}${quoted} is forbidden`;
}

function refusalOf(attributes: Attributes): string {
  const { user, verb, group, resource, subresource, namespace, path } = attributes;
  const who = `User ${goQuote(user.username)} cannot ${verb}`;
  if (!attributes.isResource) return `${who} path ${goQuote(path)}`;
  const what = goQuote(subresource === '' ? resource : `${resource}/${subresource}`);
  const where =
    namespace === '' ? 'at the cluster scope' : `in the namespace ${goQuote(namespace)}`;
  return `${who} resource ${what} in API group ${goQuote(group)} ${where}`;
}

/** The API server escapes client input, in case a browser renders the response as HTML. */
function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
