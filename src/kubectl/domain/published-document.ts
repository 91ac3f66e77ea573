import { virtualGroup, virtualVersion } from './virtual-resources.js';

/** Document that the cluster publishes to all authenticated users, by its path. */
export type PublishedDocument =
  /** Forwarded unchanged. */
  | 'plain'
  /** Existing groups, with or without their content. */
  | 'groups'
  /** Group of the cluster's own, or a version of it. */
  | 'group'
  /** Document of the group that has virtual resources. */
  | 'virtualGroup'
  | 'virtualResources'
  /** OpenAPI: may have megabytes. */
  | 'description';

/**
 * Returns the document that a path names; undefined for everything else that an API server has,
 * such as its health, metrics and logs.
 * https://kubernetes.io/docs/concepts/overview/kubernetes-api/
 */
export function publishedDocument(path: readonly string[]): PublishedDocument | undefined {
  const [root = '', ...below] = path;
  switch (root) {
    case 'version':
      return below.length === 0 ? 'plain' : undefined;
    case 'api':
      return below.length === 0 || isOnly(below, 'v1') ? 'plain' : undefined;
    case 'apis':
      return groupDocument(below);
    case 'openapi':
      return isOnly(below, 'v2') || below[0] === 'v3' ? 'description' : undefined;
    default:
      return undefined;
  }
}

function groupDocument([group, version, ...below]: readonly string[]) {
  if (group === undefined) return 'groups';
  if (below.length > 0) return undefined;
  if (group !== virtualGroup) return 'group';
  if (version === undefined) return 'virtualGroup';
  return version === virtualVersion ? 'virtualResources' : 'group';
}

function isOnly(segments: readonly string[], name: string): boolean {
  return segments.length === 1 && segments[0] === name;
}
