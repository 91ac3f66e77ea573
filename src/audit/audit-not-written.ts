/** The event is not known to be on disk. */
export class AuditNotWritten extends Error {
  override readonly name = 'AuditNotWritten';
}
