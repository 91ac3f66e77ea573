import { objectOf, shownSecret } from './shown-secrets.js';
import type { ShownSecret } from './forwarded.js';
import { withoutValues } from './without-values.js';

/** What the scope of a token leaves of the Secrets that its identity may read. */
export interface ForwardView {
  shows(namespace: string, name: string): boolean;
  /** Whether it may be told values; else they are taken out of every object. */
  readonly hasValues: boolean;
}

/** What a view leaves of something, the very same where nothing is taken from it. */
export interface Viewed {
  readonly left: unknown;
  readonly shown: ShownSecret;
}

/** A Secret, or a row about one, as a view shows it; undefined where it does not. */
export function viewedObject(object: unknown, view: ForwardView): Viewed | undefined {
  const shown = shownSecret(objectOf(object));
  if (!shown || !view.shows(shown.namespace, shown.name)) return undefined;
  if (view.hasValues) return { left: object, shown };
  return { left: withoutValues(object), shown: { ...shown, keys: [] } };
}
