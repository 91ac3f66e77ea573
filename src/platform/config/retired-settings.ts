const WORKERS =
  'worker processes were removed: run replicas on PostgreSQL instead (docs/postgresql.md)';

/** Settings that are gone → what there is in their place. */
const settings: Readonly<Record<string, string>> = { workers: WORKERS };
const variables: Readonly<Record<string, string>> = { SALLYPORT_WORKERS: WORKERS };

/** Takes retired settings out of what a file says; one problem for each. */
export function takeRetiredSettings(tree: Record<string, unknown>): string[] {
  return Object.entries(settings).flatMap(([name, message]) => {
    if (!Object.hasOwn(tree, name)) return [];
    delete tree[name];
    return [`${name}: ${message}`];
  });
}

/** What to do instead of setting a variable; undefined if it is not a retired one. */
export function retiredVariable(name: string): string | undefined {
  return Object.hasOwn(variables, name) ? variables[name] : undefined;
}
