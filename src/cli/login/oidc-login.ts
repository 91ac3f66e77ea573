import { UsageError } from '../command.js';
import type { OidcSettings } from '../connection/contexts.js';
import type { CommandCall } from '../program/command-call.js';
import type { NewTokens } from './saved-tokens.js';

/**
 * Returns the issuer that the options of `login` name, or that of the context. Returns undefined if
 * neither names one. Throws UsageError.
 */
export function oidcOf(
  call: CommandCall,
  known: OidcSettings | undefined,
): OidcSettings | undefined {
  const issuer = call.text('issuer') ?? known?.issuer;
  if (issuer === undefined) return noIssuer(call);
  // The client of one issuer is not the client of another.
  const ofContext = known?.issuer === issuer ? known : undefined;
  const clientId = call.text('clientId') ?? ofContext?.clientId;
  if (clientId === undefined) throw new UsageError('--issuer needs --client-id');
  return { ...ofContext, issuer, clientId, ...changesOf(call) };
}

function changesOf(call: CommandCall): Partial<OidcSettings> {
  const scopes = [...call.texts('scope')];
  const token = tokenKind(call.text('token'));
  const resource = call.text('resource');
  return {
    ...(scopes.length > 0 && { scopes }),
    ...(token !== undefined && { token }),
    ...(resource !== undefined && { resource }),
  };
}

function noIssuer(call: CommandCall): undefined {
  if (call.text('clientId') !== undefined) throw new UsageError('--client-id needs --issuer');
  if (call.flag('device')) throw new UsageError('--device needs --issuer and --client-id');
  return undefined;
}

function tokenKind(text: string | undefined): OidcSettings['token'] {
  return text === 'access' || text === 'id' ? text : undefined;
}

/** Logs the user in at an issuer, in the way that the options name. */
export async function oidcLogin(call: CommandCall, settings: OidcSettings): Promise<NewTokens> {
  if (call.flag('device')) {
    const { deviceLogin } = await import('./device-login.js');
    return deviceLogin(settings, call.terminal);
  }
  const { codeLogin } = await import('./code-login.js');
  return codeLogin(settings, call.terminal, { opensBrowser: !call.isOff('browser') });
}
