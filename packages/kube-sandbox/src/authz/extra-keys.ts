import { isSubdomain } from './account-names.js';
import { goQuote } from './go-quote.js';

const PATH = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;
const PATH_RULE = `Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')`;
const HOST_RULE = [
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.',",
  'and must start and end with an alphanumeric character',
  "(e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
].join(' ');
const HOST_LENGTH = 'must be no more than 253 bytes';

type Extra = Readonly<Record<string, readonly string[]>>;

/** Returns why constrained impersonation refuses the extras; undefined if it accepts them. */
export function extraProblem(extra: Extra): string | undefined {
  for (const [key, values] of Object.entries(extra)) {
    const problem = keyProblem(key);
    if (problem !== undefined) return problem;
    if (values.includes('')) return 'impersonating the empty string value in extra is not allowed';
  }
  return undefined;
}

function keyProblem(key: string): string | undefined {
  if (key === '') return 'impersonating the empty string key in extra is not allowed';
  const problems = pathProblems(key);
  if (problems.length > 0) {
    const listed = problems.length === 1 ? problems.join('') : `[${problems.join(', ')}]`;
    return `impersonating an invalid key in extra is not allowed: ${listed}`;
  }
  if (key === key.toLowerCase()) return undefined;
  return `impersonating a non-lowercase key in extra is not allowed: ${goQuote(key)}`;
}

/** Checks a domain, a slash and a path. */
function pathProblems(key: string): readonly string[] {
  const slash = key.indexOf('/');
  if (slash <= 0 || slash === key.length - 1) {
    return [invalid(key, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  }
  const host = key.slice(0, slash);
  const path = key.slice(slash + 1);
  const isLong = host.length > 253;
  return [
    ...(isLong ? [invalid(host, HOST_LENGTH)] : []),
    ...(isSubdomain(isLong ? host.slice(0, 253) : host) ? [] : [invalid(host, HOST_RULE)]),
    ...(PATH.test(path) ? [] : [invalid(path, PATH_RULE)]),
  ];
}

function invalid(value: string, rule: string): string {
  return `extra.key: Invalid value: ${goQuote(value)}: ${rule}`;
}
