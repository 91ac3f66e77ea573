import type {
  VersionAuthor,
  WriteAuthor,
  WriteOrigin,
} from '../../secrets/domain/secret-history.js';
import type { Attribution } from './version.js';

/** Who made a state by a call of the gateway. */
export function attributionOf(ctx: WriteAuthor, origin?: WriteOrigin): Attribution {
  const { username, kind, credentialId } = ctx.principal;
  return {
    // A job of the gateway is a rotation; nothing else writes Secrets on its own.
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

/** Somebody behind the gateway's back, of whom the field manager is a hint. */
export function outsideAttribution(fieldManager: string | undefined): Attribution {
  return { door: 'external', ...(fieldManager === undefined ? {} : { fieldManager }) };
}

/** The user of a version, where one is known. */
export function authorOf({ username, kind, credentialId }: Attribution): VersionAuthor | null {
  if (username === undefined) return null;
  return { username, kind: kind ?? 'cluster', credentialId: credentialId ?? null };
}
