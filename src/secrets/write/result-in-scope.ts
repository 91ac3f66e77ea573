import { metadataOutOfScope, outOfScope } from '../../access/domain/scope-refusal.js';
import type { CallContext } from '../../core/call-context.js';
import type { TokenScope } from '../../core/token-scope.js';
import type { KeyChanges } from '../domain/key-changes.js';
import type { WriteResult } from './write-call.js';

/**
 * Returns the result that a caller may see, also in a replay: a narrowed token no more than it may
 * read, and warnings about the label only with the metadata.
 */
export function resultInScope(ctx: CallContext, result: WriteResult): WriteResult {
  const { namingWarnings = [], ...shown } = inScope(ctx, result);
  if (shown.secret === null) return shown;
  return { ...shown, warnings: [...namingWarnings, ...shown.warnings] };
}

function inScope(ctx: CallContext, result: WriteResult): WriteResult {
  const { scope } = ctx.principal;
  if (scope === undefined) return result;
  const { namespace, name } = result;
  const keys = namedIn(result.changes, scope);
  const reveal = {
    action: 'secrets.reveal',
    namespace,
    secret: name,
    keys,
    keysOnly: true,
  } as const;
  // An unchanged result reveals as much as a change, and so does the state after a write.
  const mayKnow = !outOfScope(ctx, reveal);
  const changes = mayKnow ? result.changes : null;
  const { secret, state, version: _told, ...rest } = result;
  if (!metadataOutOfScope(ctx, result)) return { ...result, changes };
  const known = mayKnow ? (state ?? secret ?? undefined) : undefined;
  if (known === undefined) return { ...rest, changes, secret: null };
  const { uid, resourceVersion } = known;
  return { ...rest, changes, secret: null, state: { uid, resourceVersion } };
}

/** Returns keys that a token must include to see these changes, also if there are none. */
function namedIn(changes: KeyChanges | null, { keys = ['any'] }: TokenScope): readonly string[] {
  const { added = [], changed = [], removed = [] } = changes ?? {};
  const named = [...added, ...changed, ...removed];
  return named.length === 0 ? keys : named;
}
