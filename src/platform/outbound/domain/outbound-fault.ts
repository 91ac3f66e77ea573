/** Reason that an exchange with another server failed. */
export type OutboundReason =
  /** The host is not on the allow-list, or its address is denied. */
  | 'HostNotAllowed'
  | 'TargetUnreachable'
  | 'TargetTimeout'
  /** No TLS, an unknown issuer, or another name: nothing was sent. */
  | 'TlsFailed'
  /** The server's answer cannot be used. */
  | 'TargetFailed';

/**
 * Failure of an exchange with another server, in fixed words: a peer's text may contain anything.
 * Features add reasons of their own.
 */
export class OutboundFault<Reason extends string = OutboundReason> extends Error {
  override readonly name: string = 'OutboundFault';
  readonly reason: Reason | OutboundReason;

  constructor(reason: Reason | OutboundReason, message: string) {
    super(message);
    this.reason = reason;
  }

  /** Reports whether what was requested may have taken effect in spite of the failure. */
  get mayHaveChanged(): boolean {
    return this.reason !== 'HostNotAllowed' && this.reason !== 'TlsFailed';
  }
}

/** Reports whether an error is an OutboundFault, whatever its reasons. */
export function isOutboundFault(error: unknown): error is OutboundFault<string> {
  return error instanceof OutboundFault;
}
