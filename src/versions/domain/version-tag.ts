import { type EntityTags, entityTag } from '../../secrets/domain/etag.js';

/** What a version is told apart by in headers: no state of a live object has such a one. */
export function versionTagged(row: { readonly secretUid: string; readonly version: number }): {
  readonly uid: string;
  readonly resourceVersion: string;
} {
  return { uid: row.secretUid, resourceVersion: `v${row.version}` };
}

/** The ETag of a version. */
export function versionTag(row: { readonly secretUid: string; readonly version: number }): string {
  return entityTag(versionTagged(row));
}

/** The version that an `If-Match` of one tag is about; undefined where it is about none. */
export function versionOfTags(tags: EntityTags): number | undefined {
  if (tags === '*' || tags.length !== 1) return undefined;
  const [, version] = /^"[^"]*\.v([1-9]\d{0,8})"$/.exec(tags[0] ?? '') ?? [];
  return version === undefined ? undefined : Number(version);
}
