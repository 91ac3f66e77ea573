import { isHiddenAnnotation } from '../../secrets/domain/hidden-annotations.js';
import type { StringMap } from '../../secrets/domain/secret.js';
import type { ComparedVersion, VersionAnnotation, VersionKey } from './version.js';

type Compared = Pick<
  ComparedVersion,
  'version' | 'type' | 'immutable' | 'labels' | 'keys' | 'annotations'
>;

export interface KeyResize {
  readonly name: string;
  readonly fromBytes: number;
  readonly toBytes: number;
}

/** Difference between two versions: names and sizes, never a value. */
export interface VersionDiff {
  readonly from: number;
  readonly to: number;
  readonly added: readonly Omit<VersionKey, 'mac'>[];
  readonly removed: readonly Omit<VersionKey, 'mac'>[];
  readonly changed: readonly KeyResize[];
  readonly typeChanged: boolean;
  readonly immutableChanged: boolean;
  /** Names of labels and annotations that were added, removed or changed, sorted. */
  readonly labelsChanged: readonly string[];
  readonly annotationsChanged: readonly string[];
}

/** Returns the changes between two versions; annotations with values are not named. */
export function diffVersions(from: Compared, to: Compared): VersionDiff {
  const before = new Map(from.keys.map((key) => [key.name, key]));
  const after = new Map(to.keys.map((key) => [key.name, key]));
  const changed = to.keys.flatMap((key) => {
    const old = before.get(key.name);
    if (old === undefined || old.mac === key.mac) return [];
    return [{ name: key.name, fromBytes: old.sizeBytes, toBytes: key.sizeBytes }];
  });
  return {
    from: from.version,
    to: to.version,
    added: to.keys.filter(({ name }) => !before.has(name)).map(withoutMac),
    removed: from.keys.filter(({ name }) => !after.has(name)).map(withoutMac),
    changed,
    typeChanged: from.type !== to.type,
    immutableChanged: from.immutable !== to.immutable,
    labelsChanged: changedNames(labelsOf(from), labelsOf(to)),
    annotationsChanged: changedNames(macsOf(from.annotations), macsOf(to.annotations)),
  };
}

function withoutMac({ name, sizeBytes, version }: VersionKey): Omit<VersionKey, 'mac'> {
  return { name, sizeBytes, version };
}

function labelsOf({ labels }: { readonly labels: StringMap }): ReadonlyMap<string, string> {
  return new Map(Object.entries(labels));
}

function macsOf(annotations: readonly VersionAnnotation[]): ReadonlyMap<string, string> {
  const shown = annotations.filter(({ name }) => !isHiddenAnnotation(name));
  return new Map(shown.map(({ name, mac }) => [name, mac]));
}

function changedNames(
  from: ReadonlyMap<string, string>,
  to: ReadonlyMap<string, string>,
): readonly string[] {
  const names = new Set([...from.keys(), ...to.keys()]);
  // Every name is a member of one of them; a missing member is undefined.
  return [...names].filter((name) => from.get(name) !== to.get(name)).toSorted();
}
