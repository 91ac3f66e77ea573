import type { TokenScope } from '../../core/token-scope.js';
import { coversRange } from '../../platform/http/domain/address-ranges.js';
import { globCovers } from './glob.js';
import { actionsOf } from './scope-actions.js';

type Covers = (outer: string, inner: string) => boolean;

/**
 * Returns the intersection of two scopes. If two globs overlap and neither covers the other, the
 * result allows less, never more.
 */
export function narrowScope(wide: TokenScope, wanted: TokenScope): TokenScope {
  const members = {
    namespaces: both(wide.namespaces, wanted.namespaces, globCovers),
    secrets: both(wide.secrets, wanted.secrets, globCovers),
    keys: both(wide.keys, wanted.keys, isSame),
    actions: bothActions(wide.actions, wanted.actions),
    cidrs: both(wide.cidrs, wanted.cidrs, coversRange),
  };
  return Object.fromEntries(Object.entries(members).filter(([, items]) => items !== undefined));
}

function both(
  wide: readonly string[] | undefined,
  wanted: readonly string[] | undefined,
  covers: Covers,
): readonly string[] | undefined {
  if (wide === undefined || wanted === undefined) return wanted ?? wide;
  const within = wanted.filter((inner) => wide.some((outer) => covers(outer, inner)));
  const narrower = wide.filter((inner) => wanted.some((outer) => covers(outer, inner)));
  return [...new Set([...within, ...narrower])];
}

/** Intersects sets of actions: actions in both are named one by one. */
function bothActions(
  wide: readonly string[] | undefined,
  wanted: readonly string[] | undefined,
): readonly string[] | undefined {
  const whole = both(wide, wanted, coversActions);
  if (whole === undefined || wide === undefined || wanted === undefined) return whole;
  const allowed = new Set(wide.flatMap(actionsOf));
  const named = new Set(whole.flatMap(actionsOf));
  const shared = wanted.flatMap(actionsOf).filter((action) => allowed.has(action));
  return [...new Set([...whole, ...shared.filter((action) => !named.has(action))])];
}

function coversActions(outer: string, inner: string): boolean {
  const actions = new Set(actionsOf(outer));
  return actionsOf(inner).every((action) => actions.has(action));
}

function isSame(one: string, other: string): boolean {
  return one === other;
}
