import { objectOf, shownSecret } from './shown-secrets.js';
import type { ShownSecret } from './forwarded.js';
import { withoutValues } from './without-values.js';

/** View of Secrets that the scope of a token leaves of its user's rights. */
export interface ForwardView {
  shows(namespace: string, name: string): boolean;
  /** Whether the token may read values; otherwise, they are removed from every object. */
  readonly hasValues: boolean;
}

/** Content after filtering by a view; the original object if nothing was removed. */
export interface Viewed {
  readonly left: unknown;
  readonly shown: ShownSecret;
}

/** Returns a Secret, or a row about one, as the view returns it; undefined if it is hidden. */
export function viewedObject(object: unknown, view: ForwardView): Viewed | undefined {
  const shown = shownSecret(objectOf(object));
  if (!shown || !view.shows(shown.namespace, shown.name)) return undefined;
  if (view.hasValues) return { left: object, shown };
  return { left: withoutValues(object), shown: { ...shown, keys: [] } };
}
