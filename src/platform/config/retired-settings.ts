const WORKERS =
  'worker processes were removed: run replicas on PostgreSQL instead (docs/postgresql.md)';

/** Removed settings → what to use instead. */
const settings: Readonly<Record<string, string>> = { workers: WORKERS };
const variables: Readonly<Record<string, string>> = { SALLYPORT_WORKERS: WORKERS };

/** Removes retired settings from the tree of a file; returns one problem for each. */
export function takeRetiredSettings(tree: Record<string, unknown>): string[] {
  return Object.entries(settings).flatMap(([name, message]) => {
    if (!Object.hasOwn(tree, name)) return [];
    delete tree[name];
    return [`${name}: ${message}`];
  });
}

/** Returns what to do instead of setting a retired variable; undefined for any other variable. */
export function retiredVariable(name: string): string | undefined {
  return Object.hasOwn(variables, name) ? variables[name] : undefined;
}
