import type {
  VersionAuthor,
  WriteAuthor,
  WriteOrigin,
} from '../../secrets/domain/secret-history.js';
import type { Attribution } from './version.js';

/** Returns the author of a state that a call of the gateway made. */
export function attributionOf(ctx: WriteAuthor, origin?: WriteOrigin): Attribution {
  const { username, kind, credentialId } = ctx.principal;
  return {
    // A job of the gateway is a rotation; no other job writes Secrets.
    door: ctx.door === 'job' ? 'rotation' : ctx.door,
    ...origin,
    username,
    kind,
    credentialId,
    ...(ctx.changeReason === undefined ? {} : { reason: ctx.changeReason }),
    auditId: ctx.auditId,
    ...(ctx.onBehalfOf === undefined ? {} : { onBehalfOf: ctx.onBehalfOf }),
  };
}

/** Returns an external attribution; the field manager hints at the author. */
export function outsideAttribution(fieldManager: string | undefined): Attribution {
  return { door: 'external', ...(fieldManager === undefined ? {} : { fieldManager }) };
}

/** Returns the user of a version, if one is known. */
export function authorOf({ username, kind, credentialId }: Attribution): VersionAuthor | null {
  if (username === undefined) return null;
  return { username, kind: kind ?? 'cluster', credentialId: credentialId ?? null };
}
