import type { SeenSecret, SeenState } from './copy-crash-watch.js';

/** Write of the gateway that changes a copy. */
export type CopyWrite = 'delivery' | 'removal';

/** Write of a Secret: its kind, and the Secret. */
export interface NamedWrite {
  readonly name: string;
  readonly kind: CopyWrite;
}

interface Findings {
  readonly states: readonly SeenState[];
  readonly isUserVersion: (resourceVersion: string) => boolean;
  /** States that are versions without the origin of a share. */
  readonly foreign: ReadonlySet<string>;
  /** Writes whose outcome nobody knows. */
  readonly unproven: readonly NamedWrite[];
}

/**
 * Returns Secrets with more versions of another origin than writes whose outcome is not known. A
 * crash can prove a delivery, unless another write has replaced its state, but never a removal.
 * Each kind of write allows only for states of its own.
 */
export function foreignOrigins({ unproven, foreign, ...seen }: Findings): readonly string[] {
  const found = writtenStates(seen).filter(({ resourceVersion }) => foreign.has(resourceVersion));
  return [...Map.groupBy(found, keyOf)].flatMap(([key, { length }]) => {
    const allowed = unproven.filter((write) => keyOf(write) === key).length;
    if (length <= allowed) return [];
    return [`${key}: ${length} versions of another origin, ${allowed} unknown outcomes`];
  });
}

/** State to which a write of the gateway led. */
interface WrittenState extends NamedWrite {
  readonly resourceVersion: string;
}

/** Returns the states to which the gateway's writes of copies led. */
function writtenStates({
  states,
  isUserVersion,
}: Pick<Findings, 'states' | 'isUserVersion'>): readonly WrittenState[] {
  const latest = new Map<string, ReadonlySet<string>>();
  return states.flatMap(({ type, object }): readonly WrittenState[] => {
    const { name, resourceVersion } = object.metadata;
    const before = latest.get(name) ?? new Set<string>();
    const imports = type === 'DELETED' ? new Set<string>() : importsOf(object);
    latest.set(name, imports);
    if (type === 'DELETED' || isUserVersion(resourceVersion)) return [];
    // Only a removal takes the annotation of an import away.
    if (![...before].every((one) => imports.has(one)))
      return [{ name, kind: 'removal', resourceVersion }];
    return imports.size > 0 ? [{ name, kind: 'delivery', resourceVersion }] : [];
  });
}

/** Returns the annotations by which imports state what they delivered. */
function importsOf({ metadata: { annotations = {} } }: SeenSecret): ReadonlySet<string> {
  return new Set(Object.keys(annotations).filter((key) => key.startsWith('import.sallyport.dev/')));
}

function keyOf({ name, kind }: NamedWrite): string {
  return `${kind} of ${name}`;
}
