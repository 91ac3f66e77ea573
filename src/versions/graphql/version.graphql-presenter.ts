import type { Page } from '../../core/page.js';
import { toConnection } from '../../platform/graphql/connection.js';
import { objectId } from '../../platform/graphql/object-id.js';
import type { SecretRef } from '../../secrets/domain/secret.js';
import { cursorAfterVersion } from '../domain/version-cursor.js';
import type { VersionView } from '../domain/version-view.js';
import type { VersionResult } from '../version-writes.js';

/** Source of a `SecretVersion`: its fields and its Secret. */
export interface VersionSource {
  readonly ref: SecretRef;
  readonly version: number;
}

export function presentVersion({ namespace, name }: SecretRef, view: VersionView) {
  const id = objectId('SecretVersion', namespace, name, String(view.version));
  return { id, ref: { namespace, name }, ...view };
}

export function presentVersions(ref: SecretRef, page: Page<VersionView>) {
  return toConnection(page, (view) => ({
    cursor: cursorAfterVersion(view.version),
    node: presentVersion(ref, view),
  }));
}

/** Presents what a dry run plans: no object that stores of clients keep as the version. */
function presentPlanned(ref: SecretRef, view: VersionView) {
  const names = [ref.namespace, ref.name, String(view.version), 'dryRun'];
  return { ...presentVersion(ref, view), id: objectId('SecretVersion', ...names) };
}

/** Renders a result: without the right to see versions, only number and state. */
export function presentVersionResult(
  ref: SecretRef,
  { view, denial }: VersionResult,
  { isPlan = false } = {},
) {
  const source = isPlan ? presentPlanned(ref, view) : presentVersion(ref, view);
  if (denial === undefined) return source;
  const refuse = (): never => {
    throw denial;
  };
  const refused = Object.fromEntries(Object.keys(source).map((member) => [member, refuse]));
  const { id } = source;
  return { ...refused, id, ref: source.ref, version: view.version, state: view.state };
}
