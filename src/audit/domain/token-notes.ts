import { limits } from '../../core/limits.js';
import type { Principal } from '../../core/principal.js';
import type { TokenScope } from '../../core/token-scope.js';
import type { RecordedFacts } from './audit-event.js';
import { boundedList, boundedText } from './bounded.js';
import { annotation } from './kubernetes-event.js';

/** Adds an annotation, if there is a text. */
export type Note = (name: string, text: string | undefined) => void;

interface KnownToken {
  readonly id: string;
  readonly description?: string;
  readonly owner: string;
}

const TOKEN_ID_CHARACTERS_MAX = 64;
// Both are escaped once more within their annotations, and share the room of keys.
const GROUPS_JSON_BYTES_MAX = 4 * 1024;
/** Bytes of each of the five members. */
const SCOPE_MEMBER_JSON_BYTES_MAX = 1_024;
/** Principals are frozen, and each creates many events. */
const knownTokens = new WeakMap<Principal, KnownToken>();

/** Reports whether an event states the rights of a token. */
export function grantsToken({ grant, tokenScope }: RecordedFacts): boolean {
  return grant !== undefined || tokenScope !== undefined;
}

/** Adds the token of a call, so that its event needs no lookup once the token is deleted. */
export function noteCallersToken(note: Note, principal: Principal): void {
  if (principal.token === undefined) return;
  const { id, description, owner } = knownToken(principal, principal.token);
  note(annotation.tokenId, id);
  note(annotation.tokenDescription, description);
  note(annotation.tokenOwner, owner);
}

/** Adds the token that a call creates or ends, and its rights. */
export function noteToken(note: Note, { token, grant, tokenScope }: RecordedFacts): void {
  note(annotation.token, token && boundedText(token, TOKEN_ID_CHARACTERS_MAX));
  if (grant !== undefined) {
    const { actsAs, groups, expiresAt } = grant;
    const kept = boundedList(groups, GROUPS_JSON_BYTES_MAX);
    note(annotation.actsAs, boundedText(actsAs, limits.identityValueBytesMax));
    note(annotation.expiresAt, expiresAt);
    if (kept.length > 0) note(annotation.actsAsGroups, JSON.stringify(kept));
    if (kept.length < groups.length) note(annotation.actsAsGroupsCount, String(groups.length));
  }
  if (tokenScope !== undefined) noteScope(note, tokenScope);
}

/** Builds the scope member by member, so that nothing else gets into an event. */
function noteScope(note: Note, scope: TokenScope): void {
  const { namespaces, secrets, keys, actions, cidrs } = scope;
  const given = Object.entries({ namespaces, secrets, keys, actions, cidrs });
  let [count, listed] = [0, 0];
  const members = given.flatMap(([member, entries]) => {
    if (entries === undefined) return [];
    const kept = boundedList(entries, SCOPE_MEMBER_JSON_BYTES_MAX);
    count += entries.length;
    listed += kept.length;
    return [[member, kept] as const];
  });
  note(annotation.tokenScope, JSON.stringify(Object.fromEntries(members)));
  if (listed < count) note(annotation.tokenScopeCount, String(count));
}

function knownToken(principal: Principal, token: KnownToken): KnownToken {
  const known = knownTokens.get(principal);
  if (known !== undefined) return known;
  const { id, description = '', owner } = token;
  const bounded = {
    id: boundedText(id, TOKEN_ID_CHARACTERS_MAX),
    ...(description !== '' && {
      description: boundedText(description, limits.ownTokenDescriptionCharactersMax),
    }),
    owner: boundedText(owner, limits.identityValueBytesMax),
  };
  knownTokens.set(principal, bounded);
  return bounded;
}
