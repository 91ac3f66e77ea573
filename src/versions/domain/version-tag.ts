import { type EntityTags, entityTag } from '../../secrets/domain/etag.js';

/** Returns a version's identity for entity tags, which differs from each tag of a live object. */
export function versionTagged(row: { readonly secretUid: string; readonly version: number }): {
  readonly uid: string;
  readonly resourceVersion: string;
} {
  return { uid: row.secretUid, resourceVersion: `v${row.version}` };
}

/** Returns the ETag of a version. */
export function versionTag(row: { readonly secretUid: string; readonly version: number }): string {
  return entityTag(versionTagged(row));
}

/** Returns the version in an `If-Match` of one tag; undefined if there is none. */
export function versionOfTags(tags: EntityTags): number | undefined {
  if (tags === '*' || tags.length !== 1) return undefined;
  const [, version] = /^"[^"]*\.v([1-9]\d{0,8})"$/.exec(tags[0] ?? '') ?? [];
  return version === undefined ? undefined : Number(version);
}
