import { SallyportError } from '../core/errors/sallyport-error.js';
import type { KubeObject } from './kube-exchange.js';

const MAPS = ['/data', '/metadata/labels', '/metadata/annotations'] as const;

/** Reports the API server's answer to an inapplicable JSON patch: it contains no reason. */
export function isInapplicable(error: unknown): boolean {
  return error instanceof SallyportError && error.code === 'Invalid' && error.errors.length === 0;
}

/**
 * Returns alternatives to a JSON patch that cannot be applied: it may add to an absent map, and
 * Secrets without labels have none. Each alternative creates some of the maps first, and fails if
 * one of them exists, so at most one of them applies.
 */
export function patchesCreatingMaps(
  operations: readonly KubeObject[],
): readonly (readonly KubeObject[])[] {
  const maps = MAPS.filter((map) => operations.some((operation) => addsTo(map, operation)));
  return subsets(maps).map((absent) => [...absent.flatMap(creation), ...operations]);
}

function addsTo(map: string, { op, path }: KubeObject): boolean {
  const isAddition = op === 'add' || op === 'copy' || op === 'move';
  return isAddition && typeof path === 'string' && path.startsWith(`${map}/`);
}

function creation(map: string): readonly KubeObject[] {
  return [
    // A test finds null if the path is absent.
    { op: 'test', path: map, value: null },
    { op: 'add', path: map, value: {} },
  ];
}

/** Returns subsets except the empty one, small ones first. */
function subsets(maps: readonly string[]): readonly (readonly string[])[] {
  let all: readonly (readonly string[])[] = [[]];
  for (const map of maps) all = [...all, ...all.map((subset) => [...subset, map])];
  return all.slice(1).toSorted((a, b) => a.length - b.length);
}
