import type { ConfiguredResource } from '../../core/configured-resource.js';
import type { TokenScope } from '../../core/token-scope.js';
import type { ResourceRequest } from '../access.service.js';
import { type NamedRule, namesFor } from './named-rules.js';
import { openedOperations } from './opened-operations.js';

export interface NameSources {
  readonly rules: readonly NamedRule[];
  readonly scope: TokenScope | undefined;
  readonly configured: readonly ConfiguredResource[];
}

/** Resources whose names are compared with the Secrets of a scope. */
const named: readonly string[] = [
  'auditevents',
  'secretenvironments',
  'secretimports',
  'secretmetadata',
  'secretrotations',
  'secrets',
  'secretshares',
  'secretsyncs',
  'secretversions',
];

/**
 * Returns requests for single names worth a check if the right to all names is missing. Names come
 * from rules and from entries of the token's scope. A glob represents itself: only a right to all
 * names covers it, and no object has such a name.
 */
export function namedRequests(
  requests: readonly ResourceRequest[],
  sources: NameSources,
): readonly ResourceRequest[] {
  return requests.flatMap((request) =>
    [...candidates(request, sources)].map((name) => ({ ...request, name })),
  );
}

function candidates(request: ResourceRequest, sources: NameSources): ReadonlySet<string> {
  const { rules, scope, configured } = sources;
  const [operation] = openedOperations(request, configured);
  const rights = operation?.needs.flat() ?? [];
  const listed = rights.flatMap((right) => namesFor(rules, right));
  if (request.resource === 'secretkeys') return new Set(keyNames(listed, scope));
  const scoped = named.includes(request.resource) ? (scope?.secrets ?? []) : [];
  return new Set([...listed, ...scoped]);
}

/** Returns names with each key of the scope, and `*` for all keys or all Secrets. */
function keyNames(
  listed: readonly string[],
  { secrets, keys }: TokenScope = {},
): readonly string[] {
  const whole = listed.filter((name) => !name.includes('/'));
  const ofScope = secrets ?? (keys === undefined ? [] : ['*']);
  const combined = [...whole, ...ofScope].flatMap((secret) =>
    (keys ?? ['*']).map((key) => `${secret}/${key}`),
  );
  return [...listed.filter((name) => name.includes('/')), ...combined];
}
