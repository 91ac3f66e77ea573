/** The event is not known to be on disk. */
export class AuditNotWritten extends Error {
  override readonly name = 'AuditNotWritten';
}

/** Reports whether something failed because its event could not be written. */
export function isUnrecorded(error: unknown): boolean {
  if (error instanceof AuditNotWritten) return true;
  return error instanceof Error && error.cause !== undefined && isUnrecorded(error.cause);
}
