type Json = Readonly<Record<string, unknown>>;

/** Writes that a policy must cover. */
export interface CoveredWrites {
  readonly group: string;
  /** `*` if a policy must cover every version. */
  readonly version: string;
  readonly resource: string;
}

/**
 * Reports whether `matchConstraints` of an admission policy cover every creation and update of a
 * resource, wherever an object is and however it is written.
 */
export function coversAllWrites(constraints: Json, writes: CoveredWrites): boolean {
  const selectors = ['namespaceSelector', 'objectSelector'].map((name) => constraints[name]);
  const areSelectorsEmpty = selectors.every((one) => Object.keys(recordOf(one)).length === 0);
  const isNoneLeftOut = listOf(constraints['excludeResourceRules']).length === 0;
  return (
    areSelectorsEmpty &&
    isNoneLeftOut &&
    listOf(constraints['resourceRules']).some((rule) => isOfAllWrites(recordOf(rule), writes))
  );
}

function isOfAllWrites(rule: Json, { group, version, resource }: CoveredWrites): boolean {
  const covers = (member: string, wanted: string): boolean => {
    const names = listOf(rule[member]);
    return names.includes(wanted) || names.includes('*');
  };
  return (
    covers('apiGroups', group) &&
    covers('apiVersions', version) &&
    covers('resources', resource) &&
    covers('operations', 'CREATE') &&
    covers('operations', 'UPDATE') &&
    rule['scope'] !== 'Cluster' &&
    listOf(rule['resourceNames']).length === 0
  );
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function recordOf(value: unknown): Json {
  return value !== null && typeof value === 'object' ? (value as Json) : {};
}
