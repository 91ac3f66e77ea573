import type { Page } from '../../core/page.js';
import { pageInfoOf } from '../../platform/graphql/page.objects.js';
import type { SecretRef } from '../../secrets/domain/secret.js';
import type { VersionView } from '../domain/version-view.js';
import type { VersionResult } from '../version-writes.js';

/** Source of a `SecretVersion`: its fields and its Secret. */
export interface VersionSource {
  readonly ref: SecretRef;
  readonly version: number;
}

export function presentVersion({ namespace, name }: SecretRef, view: VersionView) {
  const { version, state, aliases, createdAt, createdBy, door, reason, auditId, keys } = view;
  const { onBehalfOf, restoredFrom } = view;
  const made = { createdAt, createdBy, door, reason, auditId, onBehalfOf, restoredFrom };
  return { ref: { namespace, name }, version, state, aliases, ...made, keys };
}

export function presentVersions(ref: SecretRef, page: Page<VersionView>) {
  const nodes = page.items.map((view) => presentVersion(ref, view));
  return { nodes, pageInfo: pageInfoOf(page.continue, undefined) };
}

/** Renders a result: without the right to see versions, only number and state. */
export function presentVersionResult(ref: SecretRef, { view, denial }: VersionResult) {
  const source = presentVersion(ref, view);
  if (denial === undefined) return source;
  const refuse = (): never => {
    throw denial;
  };
  const refused = Object.fromEntries(Object.keys(source).map((member) => [member, refuse]));
  return { ...refused, ref: source.ref, version: view.version, state: view.state };
}
